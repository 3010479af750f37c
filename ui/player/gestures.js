// Fingers, pens, mice and wheels on the roll. On the ruler: a click seeks, a drag marks the passage
// to loop, its edges can be moved. Below: a click on a note picks it and seeks to it, a click
// elsewhere seeks, a drag moves the view, two fingers zoom.

const CLICK = 5; // pixels a pointer may move and still mean a click
const WHEEL = 0.01; // how much a wheel's pixel zooms

class Gestures {
  constructor(player, on) {
    this.player = player;
    this.frame = player.frame;
    this.held = new Map(); // pointers that are down: id -> [x, y] in the frame
    on(this.frame, "pointerdown", (event) => this.down(event));
    on(this.frame, "pointermove", (event) => this.move(event));
    on(this.frame, "pointerup pointercancel", (event) => this.up(event));
    on(this.frame, "wheel", (event) => this.wheel(event), { passive: false });
  }

  get view() {
    return this.player.roll.view;
  }

  placeOf(event) {
    const box = this.frame.getBoundingClientRect();
    const { clientLeft, clientTop } = this.frame;
    return [event.clientX - box.left - clientLeft, event.clientY - box.top - clientTop];
  }

  down(event) {
    if (event.button !== 0) return;
    const place = this.placeOf(event);
    this.held.set(event.pointerId, place);
    this.frame.setPointerCapture(event.pointerId);
    if (this.held.size === 2) {
      this.drag = this.pinch();
      this.moved = true;
    } else {
      this.begun = place;
      this.moved = false;
      this.drag = place[1] < this.view.ruler ? this.mark(place[0]) : this.pan(place[0]);
    }
  }

  move(event) {
    const place = this.placeOf(event);
    if (!this.held.has(event.pointerId)) {
      this.hover(place);
      return;
    }
    this.held.set(event.pointerId, place);
    const [x, y] = this.begun;
    this.moved ||= Math.hypot(place[0] - x, place[1] - y) > CLICK;
    if (this.moved) this.drag(place);
  }

  up(event) {
    if (!this.held.delete(event.pointerId)) return;
    if (this.held.size) {
      // One of two fingers is left: it moves the view from where it is.
      const [place] = this.held.values();
      this.drag = this.pan(place[0]);
      return;
    }
    if (event.type === "pointerup" && !this.moved) this.player.picker.tap(...this.begun);
    else if (this.marking) this.player.passage.marked();
    this.marking = false;
  }

  /** Where a pointer without a button is: what a click would do. */
  hover([x, y]) {
    const { view } = this;
    const loop = this.player.transport.loop;
    const onEdge = loop && y < view.ruler && this.edgeAt(x);
    const onNote = view.noteAt(x, y) !== undefined;
    this.frame.style.cursor = onEdge ? "ew-resize" : onNote ? "pointer" : "default";
  }

  /** The end of the loop that stays where it is when the one at `x` is moved. */
  edgeAt(x) {
    const { loop } = this.player.transport;
    if (!loop) return undefined;
    const near = this.view.coarse.matches ? 18 : 7;
    if (Math.abs(this.view.xOf(loop.to) - x) < near) return { fixed: loop.from };
    if (Math.abs(this.view.xOf(loop.from) - x) < near) return { fixed: loop.to };
    return undefined;
  }

  mark(x) {
    const fixed = this.edgeAt(x)?.fixed ?? this.view.timeAt(x);
    return ([to]) => {
      this.marking = true;
      this.player.passage.mark(fixed, this.view.timeAt(to));
    };
  }

  pan(x) {
    let last = x;
    return ([to]) => {
      this.player.pan(((last - to) * this.view.span) / this.view.room);
      last = to;
    };
  }

  /** Two fingers: the second between them stays between them. */
  pinch() {
    const spread = () => {
      const [[a], [b]] = this.held.values();
      return [(a + b) / 2, Math.max(Math.abs(a - b), 20)];
    };
    const [middle, apart] = spread();
    const { span } = this.view;
    const around = this.view.timeAt(middle);
    return () => {
      const [centre, now] = spread();
      const wanted = (span * apart) / now;
      this.player.lookAt(around - ((centre - KEYS) / this.view.room) * wanted, wanted);
    };
  }

  /** Ctrl and the wheel zoom (as a trackpad's pinch does); sideways it moves the view. */
  wheel(event) {
    const { view } = this;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.player.zoomAt(Math.exp(event.deltaY * WHEEL), view.timeAt(this.placeOf(event)[0]));
      return;
    }
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    const least = event.shiftKey ? 0 : Math.abs(event.deltaY);
    if (view.whole || Math.abs(sideways) <= least) return;
    event.preventDefault();
    this.player.pan((sideways * view.span) / view.room);
  }
}
