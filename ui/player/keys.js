// The keyboard: what each key does, in one table that is also what the help shows.

const SKIP = 5; // seconds an arrow key moves
const ZOOM = 1.6; // how much a press of + or − changes
const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

/** [keys as `event.key`, how they are shown, what they do in words, the deed]. */
const KEY_TABLE = [
  [[" ", "k"], "Space", "play, pause", (p) => p.transport.toggle()],
  [["ArrowLeft"], "←", "5 seconds back", (p) => p.transport.seek(p.transport.now - SKIP)],
  [["ArrowRight"], "→", "5 seconds on", (p) => p.transport.seek(p.transport.now + SKIP)],
  [[","], ",", "the note before", (p) => p.picker.step(-1)],
  [["."], ".", "the next note", (p) => p.picker.step(1)],
  [["Enter"], "Enter", "pick a note that sounds here", (p) => p.picker.pickHere()],
  [["Home"], "Home", "to the beginning", (p) => p.transport.seek(0)],
  [["End"], "End", "to the end", (p) => p.transport.seek(p.transport.end)],
  [["["], "[", "the loop begins here", (p) => p.passage.markEdge("from")],
  [["]"], "]", "the loop ends here", (p) => p.passage.markEdge("to")],
  [["l"], "L", "loop on, off", (p) => p.passage.toggle()],
  [["Escape"], "Esc", "forget the loop", (p) => p.passage.forget()],
  [["<"], "<", "slower", (p) => p.changeSpeed(-1)],
  [[">"], ">", "faster", (p) => p.changeSpeed(1)],
  [["+", "="], "+", "zoom in", (p) => p.zoom(1 / ZOOM)],
  [["-"], "−", "zoom out", (p) => p.zoom(ZOOM)],
  [["0"], "0", "the whole piece", (p) => p.zoom(Infinity)],
  [["PageUp"], "Page Up", "look further back", (p) => p.pan(-0.8 * p.roll.view.span)],
  [["PageDown"], "Page Down", "look further on", (p) => p.pan(0.8 * p.roll.view.span)],
];
const MIX_KEYS = ["1 … 9", "mute an instrument; with Shift: hear it alone"];
const DEEDS = new Map(KEY_TABLE.flatMap(([keys, , , deed]) => keys.map((key) => [key, deed])));
// Buttons, lists and bars have keys of their own.
const OWN_KEYS = {
  BUTTON: [" ", "Enter"],
  SUMMARY: [" ", "Enter"],
  SELECT: [" ", "Enter", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"],
};

/** Does what a key means, if it means anything here. */
function pressed(player, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  if (OWN_KEYS[target.tagName]?.includes(key) || target === player.volumePart) return;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  let deed = DEEDS.get(key) ?? DEEDS.get(key.toLowerCase());
  if (digit && player.song?.mixable) {
    deed = () => player.press(event.shiftKey ? "solo" : "mute", Number(digit) - 1);
  }
  if (!deed || !player.song) return;
  event.preventDefault();
  event.stopPropagation();
  deed(player);
}

/** The table for the eye: <dt> and <dd> of every key. */
function keyHelp(mixable) {
  const rows = KEY_TABLE.map(([, shown, meaning]) => [shown, meaning]);
  return [...rows, ...(mixable ? [MIX_KEYS] : [])].flatMap(([shown, meaning]) =>
    [["dt", shown], ["dd", meaning]].map(([tag, text]) => {
      const element = document.createElement(tag);
      element.textContent = text;
      return element;
    }),
  );
}
