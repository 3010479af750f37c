// The piano roll: two canvases, one for what lies still (notes, keyboard, time) and one above it
// for what moves (playhead, sounding notes), so that a frame of playing costs a few rectangles.

const KEYS = 38; // width of the keyboard at the left, CSS pixels
const EBONY_LENGTH = 17; // of a black key
const RULER = 20; // height of the time ruler at the top
const BLACK = [1, 3, 6, 8, 10];
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600]; // seconds between two ruler labels
const SHORTEST_VIEW = 1; // seconds
const COMFORTABLE = 24; // pixels a second: below that a long piece opens zoomed in
const EDGE = 0.08; // how far into the window a page turn puts the playhead
const DENSE = 1500; // visible notes beyond which following turns pages instead of gliding

// Okabe and Ito's colours, where the theme brings none.
const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#888888"];

const [IVORY, EBONY, LABEL] = ["#E6EBEE", "#343D44", "#46525A"]; // a keyboard is one in any theme

const isBlack = (pitch) => BLACK.includes(pitch % 12);
const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** Minutes and seconds, as "1:05"; tenths where they are asked for. */
function clock(seconds, tenths = false) {
  const whole = Math.floor(seconds + 1e-6);
  const rest = tenths ? `.${Math.floor((seconds + 1e-6 - whole) * 10)}` : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${rest}`;
}

/** The first index in an ascending array whose value is above `limit`. */
function above(values, limit) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

class Roll {
  constructor(frame) {
    this.frame = frame;
    const canvases = frame.querySelectorAll("canvas");
    [this.still, this.moving] = [...canvases].map((canvas) => canvas.getContext("2d"));
    [this.start, this.span] = [0, 1]; // the view: first second shown, and how many
  }

  /** Shows another song: {onset, duration, pitch, part, velocity, drums, bars, total} in seconds. */
  show(song) {
    this.song = song;
    this.longest = song.duration.reduce((most, d) => Math.max(most, d), 0);
    const lowest = song.pitch.reduce((a, b) => Math.min(a, b), song.pitch.length ? 127 : 60);
    const highest = song.pitch.reduce((a, b) => Math.max(a, b), song.pitch.length ? 0 : 60);
    const spare = Math.max(2, Math.ceil((24 - (highest - lowest)) / 2));
    this.low = Math.max(0, lowest - spare);
    this.high = Math.min(127, highest + spare);
    this.measure();
    this.look(0, Math.max(SHORTEST_VIEW, this.room / COMFORTABLE));
  }

  /** Takes size, pixel density and theme from the page; true when the canvas has a size at all. */
  measure() {
    const { clientWidth, clientHeight } = this.frame;
    const density = window.devicePixelRatio || 1;
    for (const pen of [this.still, this.moving]) {
      pen.canvas.width = Math.round(clientWidth * density);
      pen.canvas.height = Math.round(clientHeight * density);
      pen.setTransform(density, 0, 0, density, 0, 0);
    }
    [this.width, this.height] = [clientWidth, clientHeight];
    this.room = Math.max(1, clientWidth - KEYS);
    const style = getComputedStyle(this.frame);
    const value = (name) => style.getPropertyValue(name).trim();
    this.ink = value("color");
    this.paper = value("background-color");
    this.accent = value("--st-primary-color") || PALETTE[0];
    this.font = `11px ${value("font-family")}`;
    const themed = value("--st-chart-categorical-colors").match(/#[0-9a-f]{6}/gi);
    this.colours = themed?.length >= PALETTE.length ? themed : PALETTE;
    return clientWidth > 0;
  }

  colourOf(part) {
    return this.colours[part % this.colours.length];
  }

  /** Shows `span` seconds from `start` on, within the song. */
  look(start, span) {
    this.span = clamp(span, SHORTEST_VIEW, this.song.total);
    this.start = clamp(start, 0, this.song.total - this.span);
    this.draw();
  }

  /** Zooms so that the second `around` keeps its place. */
  zoom(factor, around) {
    const span = clamp(this.span * factor, SHORTEST_VIEW, this.song.total);
    this.look(around - ((around - this.start) * span) / this.span, span);
  }

  get whole() {
    return this.span >= this.song.total;
  }

  /** Moves the view with the playhead, gliding or, where that is too much, page by page. */
  follow(now, glide) {
    if (this.whole) return;
    const seen = (now - this.start) / this.span;
    if (glide && this.visible < DENSE) {
      const start = clamp(now - this.span / 3, 0, this.song.total - this.span);
      if (Math.abs(start - this.start) * this.room > this.span * 0.5) this.look(start, this.span);
    } else if (seen < 0 || seen > 1 - EDGE) {
      this.look(now - this.span * EDGE, this.span);
    }
  }

  timeAt(x) {
    return clamp(this.start + ((x - KEYS) / this.room) * this.span, 0, this.song.total);
  }

  xOf(second) {
    return KEYS + ((second - this.start) / this.span) * this.room;
  }

  yOf(pitch) {
    return RULER + (this.high - pitch) * this.row;
  }

  get row() {
    return (this.height - RULER) / (this.high - this.low + 1);
  }

  draw() {
    const pen = this.still;
    if (!this.song || !this.width) return;
    pen.clearRect(0, 0, this.width, this.height);
    this.drawStaff(pen);
    this.drawTime(pen);
    pen.save();
    pen.beginPath();
    pen.rect(KEYS, RULER, this.room, this.height - RULER);
    pen.clip();
    const { onset, velocity, part } = this.song;
    const last = above(onset, this.start + this.span);
    const first = above(onset, this.start - this.longest);
    for (let i = first; i < last; i++) {
      pen.globalAlpha = 0.4 + (0.6 * velocity[i]) / 127; // louder is denser
      pen.fillStyle = this.colourOf(part[i]);
      this.drawNote(pen, i, 0);
    }
    pen.restore();
    this.visible = last - first;
    this.drawKeys(pen);
  }

  /** One note in the pen's colour, `grown` pixels larger on every side. */
  drawNote(pen, i, grown) {
    const { onset, duration, pitch, part, drums } = this.song;
    const x = this.xOf(onset[i]);
    const height = Math.max(this.row - (this.row > 4 ? 1 : 0), 2) + 2 * grown;
    const y = this.yOf(pitch[i]) + (this.row - height) / 2;
    if (drums.has(part[i])) {
      const size = clamp(height, 6, 10) / 2 + grown; // a drum has a place in time, no length
      const middle = y + height / 2;
      const corners = [[x, middle - size], [x + size, middle], [x, middle + size], [x - size, middle]];
      pen.beginPath();
      for (const corner of corners) pen.lineTo(...corner);
      pen.fill();
      return;
    }
    const length = (duration[i] / this.span) * this.room;
    const width = Math.max(length > 3 ? length - 1 : length, 1.5) + 2 * grown;
    if (width < 4) {
      pen.fillRect(x - grown, y, width, height);
      return;
    }
    pen.beginPath();
    pen.roundRect(x - grown, y, width, height, Math.min(2.5, height / 3, width / 3));
    pen.fill();
  }

  drawStaff(pen) {
    pen.fillStyle = this.ink;
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      if (isBlack(pitch)) {
        pen.globalAlpha = 0.035;
        pen.fillRect(KEYS, this.yOf(pitch), this.room, this.row);
      } else if (pitch % 12 === 0) {
        pen.globalAlpha = 0.2;
        pen.fillRect(KEYS, Math.round(this.yOf(pitch) + this.row) - 0.5, this.room, 1);
      }
    }
    pen.globalAlpha = 1;
  }

  drawTime(pen) {
    pen.font = this.font;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    pen.fillStyle = this.ink;
    const step = STEPS.find((s) => (s / this.span) * this.room > 60) ?? 1200;
    const end = this.start + this.span;
    for (let k = Math.ceil(this.start / step); k * step <= end; k++) {
      const x = Math.round(this.xOf(k * step));
      pen.globalAlpha = 0.35;
      pen.fillRect(x, RULER - 6, 1, 6);
      pen.globalAlpha = 0.7;
      pen.fillText(clock(k * step, step < 1), x + 4, RULER / 2);
    }
    const { bars } = this.song;
    const [from, to] = [above(bars, this.start), above(bars, end)];
    pen.globalAlpha = clamp((this.room / (to - from + 1) - 6) / 300, 0, 0.1); // fewer, clearer
    for (let k = from; k < to; k++) {
      pen.fillRect(Math.round(this.xOf(bars[k])), RULER, 1, this.height - RULER);
    }
    pen.globalAlpha = 0.2;
    pen.fillRect(0, RULER - 0.5, this.width, 1);
    pen.globalAlpha = 1;
  }

  drawKeys(pen) {
    pen.fillStyle = this.paper;
    pen.fillRect(0, RULER, KEYS, this.height - RULER);
    pen.globalAlpha = 0.85;
    pen.fillStyle = IVORY;
    pen.fillRect(0, RULER, KEYS - 1, this.height - RULER);
    pen.fillStyle = EBONY;
    pen.globalAlpha = 1;
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      const y = this.yOf(pitch);
      if (isBlack(pitch)) pen.fillRect(0, y, EBONY_LENGTH, this.row);
      // White keys meet behind the middle of a black one, or at the lower edge of C and F.
      else if (pitch % 12 !== 0 && pitch % 12 !== 5) continue;
      pen.globalAlpha = 0.3;
      pen.fillRect(0, isBlack(pitch) ? y + this.row / 2 : y + this.row, KEYS - 1, 0.5);
      pen.globalAlpha = 1;
    }
    pen.fillStyle = LABEL;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.font = this.font;
    for (let pitch = Math.ceil(this.low / 12) * 12; pitch <= this.high; pitch += 12) {
      const middle = this.yOf(pitch) + this.row / 2;
      pen.fillText(`C${pitch / 12 - 1}`, KEYS - 4, Math.min(middle, this.height - 6));
    }
  }

  /** The key of a pitch, pressed. */
  drawKey(pen, pitch, colour) {
    pen.fillStyle = colour;
    const length = isBlack(pitch) ? EBONY_LENGTH : KEYS - 1;
    pen.fillRect(0, this.yOf(pitch), length, Math.max(this.row - 0.5, 2));
  }

  /** Playhead, what has been played, and what sounds at the second `now`. */
  drawNow(now, playing) {
    const pen = this.moving;
    if (!this.song || !this.width) return;
    pen.clearRect(0, 0, this.width, this.height);
    const x = this.xOf(now);
    pen.save();
    pen.beginPath();
    pen.rect(KEYS, 0, this.room, this.height);
    pen.clip();
    pen.globalAlpha = 0.35;
    pen.fillStyle = this.paper;
    pen.fillRect(KEYS, RULER, x - KEYS, this.height - RULER);
    pen.globalAlpha = 1;
    const sounding = playing || now > 0 ? this.soundingAt(now) : [];
    for (const i of sounding) {
      pen.fillStyle = this.ink;
      this.drawNote(pen, i, 1.5);
      pen.fillStyle = this.colourOf(this.song.part[i]);
      this.drawNote(pen, i, 0.5);
    }
    pen.fillStyle = this.accent;
    pen.fillRect(x - 1, RULER - 8, 2, this.height);
    pen.beginPath();
    pen.moveTo(x - 6, RULER - 9);
    pen.lineTo(x + 6, RULER - 9);
    pen.lineTo(x, RULER);
    pen.fill();
    pen.restore();
    const { pitch, part, drums } = this.song;
    for (const i of sounding.filter((i) => !drums.has(part[i]))) {
      this.drawKey(pen, pitch[i], this.colourOf(part[i]));
    }
  }

  /** Indices of the notes that sound at the second `now`. A drum is lit for a moment. */
  soundingAt(now) {
    const { onset, duration, part, drums } = this.song;
    const found = [];
    for (let i = above(onset, now) - 1; i >= 0 && onset[i] >= now - this.longest - 0.12; i--) {
      const length = drums.has(part[i]) ? 0.12 : Math.max(duration[i], 0.05);
      if (now < onset[i] + length) found.push(i);
    }
    return found;
  }
}
