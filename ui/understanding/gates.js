// The gates of a network as heat maps, units down and time across, in step with a player: it hears
// of the moment by the document's event "gruve-time", asks for it by "gruve-where" and for another
// one by "gruve-seek" (ui/player/player.js). ui/understanding/gates.py describes the message.
// Streamlit calls the default export on every change of data or theme; one Gates for each place on
// the page.

const KEYS = 38; // width at the left, as the keyboard's beside the piano roll
const COMFORTABLE = 24; // pixels a second at first, as in the piano roll
const WIDEST = 8192; // pixels of a picture that is drawn ahead
const REDRAWN = 1.5; // how much the zoom changes until it is drawn again
const [LOWEST, HIGHEST, A_UNIT] = [72, 160, 4]; // pixels: height of a map, and of a unit if there is room

const places = new WeakMap();
const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

function clock(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const rest = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 600)}:${rest}.${tenths % 10}`;
}

/** A number as it is printed, with a minus rather than a hyphen. */
const printed = (number, digits) => number.toFixed(digits).replace("-", "−");

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = `gruve-gates-${className}`;
  made.textContent = text;
  return made;
}

function unpack(bytes) {
  let at = 4;
  const take = (length) => bytes.slice(at, (at += length));
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(take(headLength)));
  const begins = new Float32Array(take(4 * (head.rows + 1)).buffer);
  return {
    ...head,
    begins, // of each row, in seconds; and where the last one ends
    maps: head.maps.map((map) => ({ ...map, values: take(head.rows * head.units) })),
  };
}

/** 256 colours as pixels (little-endian RGBA), from the first stop to the last. */
function ramp(stops) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [256, 1];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const gradient = pen.createLinearGradient(0.5, 0, 255.5, 0);
  stops.forEach((stop, i) => gradient.addColorStop(i / (stops.length - 1), stop));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, 256, 1);
  return { canvas, pixels: new Uint32Array(pen.getImageData(0, 0, 256, 1).data.buffer) };
}

/** One gate of one layer: its picture, drawn ahead, and what is drawn over it every frame. */
class HeatMap {
  constructor(map, parent, units) {
    this.map = map;
    this.value = element("span", "value");
    this.scale = element("span", "scale");
    const head = element("div", "head");
    head.append(element("strong", "title", map.title), this.value, this.scale);
    this.frame = element("div", "frame");
    this.frame.style.height = `${clamp(units * A_UNIT, LOWEST, HIGHEST)}px`;
    this.pen = this.frame.appendChild(document.createElement("canvas")).getContext("2d");
    this.mark = this.frame.appendChild(element("div", "mark"));
    const whole = element("div", "map");
    whole.append(head, this.frame);
    parent.append(whole);
  }

  /** The number that a byte stands for. */
  number(byte) {
    return this.map.low + (byte / 255) * (this.map.high - this.map.low);
  }

  /** Draws all rows ahead, `density` pixels a second across and one a unit down. */
  draw(take, density, theme) {
    const { begins, units, order, rows } = take;
    const { canvas, pixels } = ramp(this.map.low < 0 ? theme.both : theme.rising);
    this.scale.replaceChildren(printed(this.map.low, 0), canvas, printed(this.map.high, 0));
    const [first, last] = [begins[0], begins[rows]];
    const width = clamp(Math.ceil((last - first) * density), 1, WIDEST);
    this.picture = document.createElement("canvas");
    [this.picture.width, this.picture.height] = [width, units];
    const pen = this.picture.getContext("2d");
    const image = pen.createImageData(width, units);
    const filled = new Uint32Array(image.data.buffer);
    const across = width / Math.max(last - first, 1e-6);
    for (let row = 0; row < rows; row++) {
      const from = Math.min(Math.round((begins[row] - first) * across), width - 1);
      const to = Math.max(Math.round((begins[row + 1] - first) * across), from + 1);
      for (let unit = 0; unit < units; unit++) {
        const colour = pixels[this.map.values[row * units + order[unit]]];
        filled.fill(colour, unit * width + from, unit * width + Math.min(to, width));
      }
    }
    pen.putImageData(image, 0, 0);
  }

  /** Puts the picture where the view is, and over it the moment, its values and the unit. */
  show(view, take, row, unit, theme) {
    const { clientWidth, clientHeight: height } = this.frame;
    const density = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(clientWidth * density), Math.round(height * density)];
    const { canvas } = this.pen;
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const { pen } = this;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, clientWidth, height);
    pen.imageSmoothingEnabled = take.units > high;
    const { begins, rows, units, order } = take;
    const [left, right] = [view.xOf(begins[0]), view.xOf(begins[rows])];
    pen.save();
    pen.beginPath();
    pen.rect(KEYS, 0, clientWidth - KEYS, height);
    pen.clip();
    pen.drawImage(this.picture, left, 0, right - left, height);
    const thick = height / units;
    if (unit !== null) {
      pen.strokeStyle = theme.ink;
      pen.strokeRect(KEYS - 2, unit * thick - 1, clientWidth, Math.max(thick, 2) + 2);
    }
    pen.restore();
    const x = view.xOf(view.now);
    this.mark.hidden = x < KEYS;
    this.mark.style.transform = `translateX(${x.toFixed(2)}px)`;
    if (row < 0) return;
    const zero = this.map.low < 0 ? 127.5 : 0;
    for (let u = 0; u < units; u++) {
      const byte = this.map.values[row * units + order[u]];
      const [from, to] = [Math.min(zero, byte), Math.max(zero, byte)].map((b) => (b / 255) * (KEYS - 3));
      pen.fillStyle = u === unit ? theme.ink : byte < zero ? theme.both[0] : theme.rising[1];
      pen.fillRect(from, u * thick, Math.max(to - from, 0.5), Math.max(thick - (thick > 3), 0.5));
    }
    pen.fillStyle = theme.line;
    pen.fillRect(KEYS - 1, 0, 1, height);
  }

  /** What the moment says, in words. */
  say(take, row, unit) {
    const { units, order } = take;
    if (row < 0) {
      this.value.textContent = "";
      return "";
    }
    const own = this.map.values.subarray(row * units, (row + 1) * units);
    const mean = printed(this.number(own.reduce((sum, byte) => sum + byte, 0) / units), 2);
    const value = unit === null ? 0 : this.number(own[order[unit]]);
    const one = unit === null ? "" : `, unit ${order[unit] + 1}: ${printed(value, 2)}`;
    this.value.textContent = `${mean} on average${one}`;
    return `${this.map.title} ${this.value.textContent}`;
  }
}

class Gates {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.gruve-gates${name}`);
    this.root = find("");
    this.maps = find("-maps");
    this.sentence = find("-now");
    [this.now, this.start, this.span, this.unit] = [0, 0, 0, null];
    this.drawn = 1; // the span that the pictures were drawn for
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.gone = new AbortController();
    const on = (target, type, act) =>
      target.addEventListener(type, act, { signal: this.gone.signal });
    on(document, "gruve-time", ({ detail }) => detail.player === this.take?.player && this.follow(detail));
    on(this.maps, "keydown", (event) => this.key(event));
    on(this.maps, "pointermove", (event) => this.point(event));
    on(this.maps, "pointerleave", () => this.choose(null));
    on(this.maps, "click", (event) => this.click(event));
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.maps);
  }

  /** Takes the message; what is looked at stays where it was as long as the take is the same. */
  show(bytes) {
    const head = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { id } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, head)));
    if (id !== this.take?.id) {
      const before = this.take;
      this.take = unpack(bytes);
      this.maps.replaceChildren();
      this.heat = this.take.maps.map((map) => new HeatMap(map, this.maps, this.take.units));
      this.maps.setAttribute("aria-valuemin", 1);
      this.maps.setAttribute("aria-valuemax", this.take.rows);
      this.unit = null;
      if (before?.take !== this.take.take) this.now = this.take.begins[0];
      this.span = 0; // chosen anew for the width there is
    }
    this.redraw();
    const detail = { player: this.take.player };
    document.dispatchEvent(new CustomEvent("gruve-where", { detail }));
  }

  get room() {
    return Math.max(1, (this.heat?.[0]?.frame.clientWidth ?? 0) - KEYS);
  }

  xOf(second) {
    return KEYS + ((second - this.start) / this.span) * this.room;
  }

  timeAt(x) {
    return this.start + ((x - KEYS) / this.room) * this.span;
  }

  /** The row that the network was choosing at a second; -1 where there is none. */
  rowAt(second) {
    const { begins, rows } = this.take;
    if (second < begins[0] - 1e-4 || second > begins[rows] + 1e-4) return -1;
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (begins[middle] > second + 1e-4) high = middle;
      else low = middle + 1;
    }
    return clamp(low - 1, 0, rows - 1);
  }

  /** Another size, theme or message: draws the pictures anew. */
  redraw() {
    if (!this.take || this.room <= 1) return;
    const style = getComputedStyle(this.root);
    const value = (name) => style.getPropertyValue(name).trim();
    const [ink, paper, accent] = [value("--ink"), value("--paper"), value("--accent")];
    const themed = value("--st-chart-categorical-colors").match(/#[0-9a-f]{6}/gi) ?? ["#0072B2", "#D55E00"];
    this.theme = {
      ink,
      line: value("--line"),
      rising: [paper, accent, ink],
      both: [themed[1], paper, themed[0]],
    };
    const whole = this.take.seconds;
    if (!this.span) this.span = clamp(this.room / COMFORTABLE, 1, whole);
    this.span = Math.min(this.span, whole);
    this.start = clamp(this.start, 0, whole - this.span);
    this.drawn = this.span;
    const density = (this.room / this.span) * (window.devicePixelRatio || 1);
    for (const heat of this.heat) heat.draw(this.take, density, this.theme);
    this.update();
  }

  /** The player says where it is, and what of the roll is in view where it tells. */
  follow({ seconds, start, span }) {
    this.now = seconds;
    if (!(span > 0)) return this.into();
    [this.start, this.span] = [start, span];
    // Pictures drawn for about this zoom are stretched; for another one they are drawn anew.
    const zoomed = Math.max(span / this.drawn, this.drawn / span);
    if (zoomed > REDRAWN) this.redraw();
    else this.update();
  }

  /** Brings the moment into view, gliding or, where motion is unwelcome, page by page. */
  into() {
    const seen = (this.now - this.start) / this.span;
    if (!this.calm.matches) this.look(this.now - this.span / 3);
    else if (seen < 0 || seen > 0.92) this.look(this.now - 0.08 * this.span);
    else this.update();
  }

  look(start) {
    this.start = clamp(start, 0, this.take.seconds - this.span);
    this.update();
  }

  update() {
    if (!this.take || !this.theme) return;
    const row = this.rowAt(this.now);
    for (const heat of this.heat) heat.show(this, this.take, row, this.unit, this.theme);
    if (row === this.said?.row && this.unit === this.said.unit && this.take === this.said.take) return;
    this.said = { row, unit: this.unit, take: this.take };
    const values = this.heat.map((heat) => heat.say(this.take, row, this.unit));
    const which = row < 0 ? "" : `Note ${this.take.first + row}: ${this.take.words[row]}`;
    this.sentence.textContent = row < 0 ? "" : `${which}, at ${clock(this.take.begins[row])}`;
    this.maps.setAttribute("aria-valuenow", row + 1);
    this.maps.setAttribute("aria-valuetext", [which, ...values].filter(Boolean).join(". "));
  }

  seek(seconds) {
    this.now = clamp(seconds, 0, this.take.seconds);
    this.into();
    const detail = { player: this.take.player, seconds: this.now };
    document.dispatchEvent(new CustomEvent("gruve-seek", { detail }));
  }

  choose(unit) {
    if (unit === this.unit) return;
    this.unit = unit;
    this.update();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.take) return;
    const { begins, rows, units } = this.take;
    const row = Math.max(this.rowAt(this.now), 0);
    const unit = this.unit ?? -1;
    const to = (other) => this.seek(begins[clamp(other, 0, rows - 1)]);
    const acts = {
      ArrowLeft: () => to(row - 1),
      ArrowRight: () => to(row + 1),
      Home: () => to(0),
      End: () => to(rows - 1),
      ArrowUp: () => this.choose(clamp(unit - 1, 0, units - 1)),
      ArrowDown: () => this.choose(clamp(unit + 1, 0, units - 1)),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  point(event) {
    const frame = event.target.closest(".gruve-gates-frame");
    if (!frame || event.pointerType === "touch") return;
    const { top, height } = frame.getBoundingClientRect();
    const at = Math.floor(((event.clientY - top) / height) * this.take.units);
    this.choose(clamp(at, 0, this.take.units - 1));
  }

  click(event) {
    const frame = event.target.closest(".gruve-gates-frame");
    if (!frame) return;
    const x = event.clientX - frame.getBoundingClientRect().left - 1; // behind the border
    if (x >= KEYS) this.seek(this.timeAt(x));
  }

  leave() {
    this.resized.disconnect();
    this.gone.abort();
  }
}

export default function ({ data, parentElement }) {
  let gates = places.get(parentElement);
  if (gates && !gates.root.isConnected) {
    gates.leave();
    gates = undefined;
  }
  if (!gates) {
    gates = new Gates(parentElement);
    places.set(parentElement, gates);
  }
  // Streamlit may clean up after a call that a newer one has already replaced.
  const call = (gates.call = (gates.call ?? 0) + 1);
  gates.show(data);
  return () => {
    if (gates.call !== call) return;
    gates.leave();
    places.delete(parentElement);
  };
}
