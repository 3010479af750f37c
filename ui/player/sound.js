// Brings sound to a player: this component shows nothing. It holds one recording (the message that
// `deliver` of ui/player/sound.py writes), gives it to the player by the event "gruve-sound" on the
// document, and again when a player that was made later asks by "gruve-sound-wanted".

const deliveries = new WeakMap();

export default function ({ data, parentElement }) {
  deliveries.get(parentElement)?.abort();
  const gone = new AbortController();
  deliveries.set(parentElement, gone);
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const detail = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const bytes = data.slice(4 + length);
  const flac = String.fromCharCode(...bytes.subarray(0, 4)) === "fLaC";
  detail.blob = new Blob([bytes], { type: flac ? "audio/flac" : "audio/mpeg" });
  const give = () => document.dispatchEvent(new CustomEvent("gruve-sound", { detail }));
  const asked = (event) => event.detail.player === detail.player && give();
  document.addEventListener("gruve-sound-wanted", asked, { signal: gone.signal });
  give();
  return () => gone.abort();
}
