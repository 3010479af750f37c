// The message that `message` of ui/player/__init__.py writes, taken apart.

/** The JSON header alone. */
function headerOf(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), 4 + length];
}

/** The song: its header, and the notes as parallel arrays in order of onset. */
function unpack(bytes) {
  let [head, at] = headerOf(bytes);
  const take = (length) => bytes.slice(at, (at += length));
  const floats = (n) => new Float32Array(take(4 * n).buffer);
  const n = head.notes;
  return {
    ...head,
    drums: new Set(head.drums),
    onset: floats(n),
    duration: floats(n),
    pitch: take(n),
    part: take(n),
    velocity: take(n),
    surprise: head.surprise ? floats(n) : null,
    total: Math.max(head.seconds, 0.5),
  };
}
