// Sheet music: turns the pages it has been given (ui/sheet/__init__.py describes the message) and
// asks for other bars, another size or another width through the state `view`. It lives on from call
// to call (ui/mounted.js).

const NARROWER = 0.08; // how much another width must differ to be engraved again
const PATIENCE = 250; // milliseconds that a window keeps its size before it is engraved again

class Sheet {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.gruve-sheet${name}`);
    this.root = find("");
    this.paper = find("-paper");
    this.previous = find("-previous");
    this.next = find("-next");
    this.smaller = find("-smaller");
    this.larger = find("-larger");
    this.where = find("-where");
    this.percent = find("-percent");
    this.go = find("-go");
    this.goal = this.go.querySelector("input");
    this.page = 0;
    this.gone = new AbortController();
    const on = (target, type, act) =>
      target.addEventListener(type, act, { signal: this.gone.signal });
    on(this.previous, "click", () => this.turn(-1));
    on(this.next, "click", () => this.turn(1));
    on(this.smaller, "click", () => this.resize(-1));
    on(this.larger, "click", () => this.resize(1));
    on(this.goal, "change", () => this.goTo(Number(this.goal.value)));
    on(this.paper, "keydown", (event) => this.key(event));
    this.follower = new Follower(this, on);
    this.watch = new ResizeObserver(() => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.fit(), PATIENCE);
    });
    this.watch.observe(this.paper);
  }

  /** Takes the message. The bar that was looked at stays in view, however the pages changed. */
  take(data) {
    const same = data.piece === this.data?.piece;
    const seen = this.wanted ?? (same ? this.data.bars[this.page]?.[0] : undefined);
    this.wanted = undefined;
    this.data = data;
    this.page = 0;
    if (seen !== undefined) {
      const found = data.bars.findIndex(([, last]) => seen <= last);
      this.page = found < 0 ? data.pages.length - 1 : found;
    }
    this.paper.removeAttribute("aria-busy");
    this.root.setAttribute("aria-label", `Sheet music of ${data.name}`);
    this.follower.take(data);
    if (!this.fit()) this.show();
  }

  get begins() {
    return this.data.place === 0;
  }

  get ends() {
    return this.data.place + this.data.written >= this.data.total;
  }

  show() {
    const { data, page } = this;
    const pages = data.pages.length;
    const parsed = new DOMParser().parseFromString(data.pages[page] ?? "", "image/svg+xml");
    const svg = parsed.documentElement;
    const whole = svg.localName === "svg" && pages > 0;
    this.paper.replaceChildren(...(whole ? [document.importNode(svg, true)] : []));
    this.paper.firstElementChild?.setAttribute("width", svg.getAttribute("viewBox").split(" ")[2]);
    const [first, last] = data.bars[page] ?? [0, 0];
    const bars = first === last ? `bar ${first}` : `bars ${first}–${last}`;
    const all = this.begins && this.ends;
    this.where.textContent = all
      ? `Page ${page + 1} of ${pages} · ${bars} of ${data.lastBar}`
      : `${bars[0].toUpperCase()}${bars.slice(1)} of ${data.lastBar}`;
    this.paper.setAttribute("aria-label", `${data.name}, ${bars}. Arrow keys turn the page.`);
    this.percent.textContent = `${data.zoom}%`;
    this.previous.disabled = page === 0 && this.begins;
    this.next.disabled = page === pages - 1 && this.ends;
    this.smaller.disabled = data.zoom <= data.zooms[0];
    this.larger.disabled = data.zoom >= data.zooms.at(-1);
    this.go.hidden = all && pages < 2;
    this.goal.max = data.lastBar;
    this.follower.light();
  }

  /** Shows another page of those that are here. */
  open(page) {
    this.page = page;
    this.show();
  }

  /** One page on or back; beyond the bars that are here, others are asked for. */
  turn(by) {
    const page = this.page + by;
    this.follower.rest();
    if (page >= 0 && page < this.data.pages.length) {
      this.open(page);
    } else if (by > 0 && !this.ends) {
      this.ask({ place: this.data.place + this.data.window }, 0);
    } else if (by < 0 && !this.begins) {
      this.ask({ place: this.data.place - this.data.window }, Infinity);
    }
  }

  goTo(bar) {
    const { data } = this;
    this.goal.value = "";
    this.follower.rest();
    if (!Number.isInteger(bar)) return;
    const zeroth = data.lastBar === data.total ? 1 : 0; // a pickup is bar 0
    const index = Math.min(Math.max(bar - zeroth, 0), data.total - 1);
    if (index >= data.place && index < data.place + data.written) {
      this.open(Math.max(data.bars.findIndex(([, last]) => index + zeroth <= last), 0));
    } else {
      this.ask({ place: index - (index % data.window) }, index + zeroth);
    }
  }

  resize(by) {
    const { zooms, zoom, bars } = this.data;
    const size = zooms[zooms.indexOf(zoom) + by];
    if (size) this.ask({ zoom: size }, bars[this.page]?.[0]);
  }

  /** Asks for another width where the page has one; whether it did. */
  fit() {
    const width = this.paper.clientWidth;
    if (!this.data || !width || !this.root.isConnected) return false;
    if (Math.abs(width - this.data.width) <= Math.max(NARROWER * width, 20)) return false;
    const step = Math.floor(width / 20) * 20;
    if (step === this.asked) return false;
    this.asked = step;
    this.ask({ width: step }, this.data.bars[this.page]?.[0]);
    return true;
  }

  /** `bar`: the one to look at when the answer is there. */
  ask(change, bar) {
    const { piece, place, zoom, width } = this.data;
    this.wanted = bar;
    this.paper.setAttribute("aria-busy", "true");
    this.setState("view", { piece, place, zoom, width, ...change });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowLeft: () => this.turn(-1),
      ArrowRight: () => this.turn(1),
      PageUp: () => this.turn(-1),
      PageDown: () => this.turn(1),
      Home: () => this.goTo(0),
      End: () => this.goTo(this.data.lastBar),
      "+": () => this.resize(1),
      "-": () => this.resize(-1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  leave() {
    clearTimeout(this.timer);
    this.watch.disconnect();
    this.gone.abort();
  }
}

export default mounted(Sheet, (sheet, data) => sheet.take(data));
