// A piano keyboard: what is tapped on it sounds at once and goes to the app as the state `notes`,
// [seconds since the first note, seconds held, pitch] each.

const NAMES = ["C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B"];
const BLACK = [1, 3, 6, 8, 10];
const LETTERS = "KeyA KeyW KeyS KeyE KeyD KeyF KeyT KeyG KeyY KeyH KeyU KeyJ KeyK".split(" ");
const [FINGER, POINTER] = [36, 26]; // CSS pixels that a white key has at the least
const [LOWEST, HIGHEST] = [24, 96]; // C1 and C7
const QUIET = 700; // milliseconds without a note after which the app is told
const BLIND = 400; // milliseconds of a note that a screen reader presses
const LOUD = 0.22;

const isBlack = (pitch) => BLACK.includes(pitch % 12);
const nameOf = (pitch) => `${NAMES[pitch % 12]} ${Math.floor(pitch / 12) - 1}`;
const short = (pitch) => nameOf(pitch).replace(" sharp", "♯").replace(" ", "");

/** A plain tone for as long as it is held; `at` in seconds of the context's clock. */
class Tones {
  start(pitch, at) {
    this.context ??= new AudioContext();
    this.context.resume();
    const begin = at ?? this.context.currentTime;
    const gain = new GainNode(this.context, { gain: 0 });
    const tone = new OscillatorNode(this.context, {
      type: "triangle",
      frequency: 440 * 2 ** ((pitch - 69) / 12),
    });
    tone.connect(gain).connect(this.context.destination);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(LOUD, begin + 0.008);
    gain.gain.setTargetAtTime(LOUD / 3, begin + 0.008, 0.4);
    tone.start(begin);
    return (end = this.context.currentTime) => {
      gain.gain.setTargetAtTime(0, end, 0.05);
      tone.stop(end + 0.4);
    };
  }

  close() {
    this.context?.close();
  }
}

class Keyboard {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.gruve-keyboard${name}`);
    this.root = find("");
    this.keys = find("-keys");
    this.said = find("-said");
    this.range = find("-range");
    this.buttons = { lower: find("-lower"), higher: find("-higher") };
    this.edit = { hear: find("-hear"), undo: find("-undo"), clear: find("-clear") };
    this.tones = new Tones();
    this.held = new Map(); // what holds it down (pointer or key) -> {pitch, note, silence}
    this.notes = [];
    this.focused = 60;
    this.gone = new AbortController();
    const on = (target, types, act, capture = false) => {
      for (const type of types.split(" ")) {
        target.addEventListener(type, act, { signal: this.gone.signal, capture });
      }
    };
    on(this.buttons.lower, "click", () => this.shift(-12));
    on(this.buttons.higher, "click", () => this.shift(12));
    on(this.edit.hear, "click", () => this.hear());
    on(this.edit.undo, "click", () => this.change(this.notes.slice(0, -1)));
    on(this.edit.clear, "click", () => this.change([]));
    on(this.keys, "pointerdown", (event) => this.touch(event));
    on(document, "pointerup pointercancel", (event) => this.release(event.pointerId));
    on(this.keys, "click", (event) => this.blind(event));
    on(this.root, "keydown", (event) => this.keyDown(event));
    on(document, "keyup", (event) => this.release(event.code, event));
    // Whoever goes on to another control finds there what was tapped: told in the very click, since
    // a page that changes between press and release would lose it.
    on(this.root, "focusout", (event) => this.root.contains(event.relatedTarget) || this.letGo());
    on(document, "click", (event) => this.root.contains(event.target) || this.tell(), true);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.keys);
  }

  /** Takes what the app knows; what has been tapped here since is newer. */
  take(data) {
    this.most = data.most;
    if (!this.known) {
      this.known = true;
      this.notes = data.notes.map(([start, length, pitch]) => ({ start, length, pitch }));
      this.told = JSON.stringify(data.notes);
    }
    this.draw();
    this.say();
  }

  get octaves() {
    const narrowest = matchMedia("(pointer: coarse)").matches ? FINGER : POINTER;
    return Math.min(3, Math.max(1, Math.floor(this.keys.clientWidth / (7 * narrowest))));
  }

  get high() {
    return this.low + 12 * this.octaves;
  }

  draw() {
    if (!this.keys.clientWidth) return;
    this.low ??= this.octaves > 1 ? 48 : 60; // middle C is 60
    this.low = Math.min(Math.max(this.low, LOWEST), HIGHEST - 12 * this.octaves);
    const drawn = `${this.low} ${this.octaves}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const whole = 7 * this.octaves + 1;
    this.focused = Math.min(Math.max(this.focused, this.low), this.high);
    let whites = 0;
    const keys = [];
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      const key = document.createElement("button");
      key.type = "button";
      key.dataset.pitch = pitch;
      key.className = isBlack(pitch) ? "gruve-keyboard-black" : "gruve-keyboard-white";
      key.setAttribute("aria-label", nameOf(pitch));
      key.tabIndex = pitch === this.focused ? 0 : -1;
      if (isBlack(pitch)) {
        key.style.width = `${62 / whole}%`;
        key.style.left = `${(100 * whites - 31) / whole}%`;
      } else {
        whites += 1;
      }
      const letter = LETTERS[pitch - this.low]?.slice(3);
      if (letter) key.append(this.label(letter, "gruve-keyboard-letter"));
      if (pitch % 12 === 0) key.append(this.label(short(pitch)));
      keys.push(key);
    }
    this.keys.replaceChildren(...keys);
    this.keys.setAttribute("aria-label", `Keys from ${nameOf(this.low)} to ${nameOf(this.high)}`);
    this.range.textContent = `${short(this.low)} – ${short(this.high)}`;
    this.buttons.lower.disabled = this.low <= LOWEST;
    this.buttons.higher.disabled = this.high >= HIGHEST;
  }

  label(text, className = "") {
    const label = document.createElement("span");
    label.className = className;
    label.textContent = text;
    label.setAttribute("aria-hidden", "true");
    return label;
  }

  keyOf(pitch) {
    return this.keys.querySelector(`[data-pitch="${pitch}"]`);
  }

  shift(by) {
    this.low += by;
    this.focused += by;
    this.draw();
  }

  // Playing

  press(holder, pitch) {
    if (this.held.has(holder)) return;
    const now = performance.now();
    const silence = this.tones.start(pitch);
    let note = null;
    if (this.notes.length < this.most) {
      // A phrase that is gone on with after a pause goes on after its last note.
      const last = this.notes.at(-1);
      this.zero ??= now - 1000 * (last ? last.start + last.length : 0);
      note = { start: (now - this.zero) / 1000, length: 0, pitch, from: now };
      this.notes.push(note);
    }
    this.held.set(holder, { pitch, note, silence });
    this.keyOf(pitch)?.classList.add("gruve-keyboard-down");
    clearTimeout(this.timer);
    this.say();
  }

  release(holder, event) {
    const held = this.held.get(holder);
    if (!held) return;
    event?.preventDefault(); // the click that Space would bring
    this.held.delete(holder);
    held.silence();
    if (held.note) held.note.length = Math.max((performance.now() - held.note.from) / 1000, 0.05);
    if (![...this.held.values()].some(({ pitch }) => pitch === held.pitch)) {
      this.keyOf(held.pitch)?.classList.remove("gruve-keyboard-down");
    }
    this.later();
  }

  touch(event) {
    const key = event.target.closest("[data-pitch]");
    if (!key || event.button !== 0) return;
    this.focus(Number(key.dataset.pitch));
    this.press(event.pointerId, Number(key.dataset.pitch));
  }

  /** A click without pointer or key comes from a screen reader. */
  blind(event) {
    const key = event.target.closest("[data-pitch]");
    if (!key || event.detail !== 0) return;
    this.press("blind", Number(key.dataset.pitch));
    setTimeout(() => this.release("blind"), BLIND);
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".gruve-keyboard-foot")) return;
    const acts = {
      ArrowLeft: () => this.focus(this.focused - 1),
      ArrowRight: () => this.focus(this.focused + 1),
      Home: () => this.focus(this.low),
      End: () => this.focus(this.high),
      KeyZ: () => this.shift(-12),
      KeyX: () => this.shift(12),
    };
    const at = LETTERS.indexOf(event.code);
    const pressed = ["Enter", "Space"].includes(event.code) ? this.focused : at < 0 ? null : this.low + at;
    if (pressed === null && !acts[event.code]) return;
    event.preventDefault();
    if (pressed === null) acts[event.code]();
    else if (!event.repeat) this.press(event.code, pressed);
    if (event.code === "KeyZ" || event.code === "KeyX") this.keyOf(this.focused)?.focus();
  }

  focus(pitch) {
    const key = this.keyOf(pitch);
    if (!key) return;
    const before = this.keyOf(this.focused);
    if (before) before.tabIndex = -1;
    this.focused = pitch;
    key.tabIndex = 0;
    key.focus();
  }

  hear() {
    if (!this.notes.length) return;
    for (const { start, length, pitch } of this.notes) {
      this.tones.context ??= new AudioContext();
      const begin = this.tones.context.currentTime + 0.05 + start - this.notes[0].start;
      this.tones.start(pitch, begin)(begin + length);
    }
  }

  // What the app is told

  change(notes) {
    this.notes = notes;
    this.zero = undefined;
    this.say();
    this.tell();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), QUIET);
  }

  letGo() {
    for (const holder of [...this.held.keys()]) this.release(holder);
    this.zero = undefined;
  }

  tell() {
    clearTimeout(this.timer);
    if (this.held.size) return;
    const round = (seconds) => Math.round(1000 * seconds) / 1000;
    const notes = this.notes.map((n) => [round(n.start), round(n.length), n.pitch]);
    const told = JSON.stringify(notes);
    if (told === this.told) return;
    this.told = told;
    this.setState("notes", notes);
  }

  say() {
    const { length } = this.notes;
    for (const button of Object.values(this.edit)) button.disabled = !length;
    const names = this.notes.slice(-16).map(({ pitch }) => short(pitch));
    const more = length > names.length ? "… " : "";
    const full = length >= this.most ? ` ${this.most} notes are the most.` : "";
    this.said.textContent = length
      ? `${length} ${length === 1 ? "note" : "notes"}: ${more}${names.join(" ")}.${full}`
      : "Nothing is tapped yet.";
  }

  leave() {
    clearTimeout(this.timer);
    this.resized.disconnect();
    this.gone.abort();
    this.tones.close();
  }
}

export default mounted(Keyboard, (keyboard, data) => keyboard.take(data));
