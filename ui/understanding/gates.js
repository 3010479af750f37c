// The gates of a network as heat maps, units down and time across, in step with a player: it hears
// of the moment by the document's event "gruve-time", asks for it by "gruve-where" and for another
// one by "gruve-seek" (ui/player/player.js). ui/understanding/gates.py describes the message.
// What one map draws is in heatmap.js.

const COMFORTABLE = 24; // pixels a second at first, as in the piano roll
const REDRAWN = 1.5; // how much the zoom changes until it is drawn again

function clock(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const rest = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 600)}:${rest}.${tenths % 10}`;
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
    on(document, "gruve-time", ({ detail }) => {
      if (detail.player === this.take?.player) this.follow(detail);
    });
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
    this.theme = {
      ink: value("--ink"),
      line: value("--line"),
      rising: value("--st-chart-sequential-colors").split(","),
      both: value("--st-chart-diverging-colors").split(","),
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
    const said = [this.take, row, this.unit];
    if (said.every((what, i) => what === this.said?.[i])) return;
    this.said = said;
    const values = this.heat.map((heat) => heat.say(this.take, row, this.unit));
    const which = this.take.words[row] ?? "";
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

export default mounted(Gates, (gates, data) => gates.show(data));
