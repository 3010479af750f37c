// Where things stand in the piano roll: which seconds and pitches are in view, and where on the
// screen each of them is. Distances are CSS pixels, times seconds.

const KEYS = 38; // width of the keyboard at the left
const SHORTEST_VIEW = 1; // seconds
const COMFORTABLE = 24; // pixels a second: below that a long piece opens zoomed in
const EDGE = 0.08; // how far into the window a page turn puts the playhead
const DENSE = 1500; // visible notes beyond which following turns pages instead of gliding
const LANE = 46; // height of the surprise under the roll
const LIT = 0.12; // seconds that a drum is lit: it has a place in time, no length
const GRASP = 3; // pixels beside a note that still hit it, where it is small

class View {
  constructor(frame) {
    this.frame = frame;
    [this.start, this.span] = [0, 1]; // the first second shown, and how many
    [this.width, this.height, this.room] = [0, 0, 1];
    this.coarse = matchMedia("(pointer: coarse)");
  }

  /** Shows another song, from its beginning. */
  show(song) {
    this.song = song;
    this.longest = song.duration.reduce((most, d) => Math.max(most, d), LIT);
    const lowest = song.pitch.reduce((a, b) => Math.min(a, b), song.pitch.length ? 127 : 60);
    const highest = song.pitch.reduce((a, b) => Math.max(a, b), song.pitch.length ? 0 : 60);
    const spare = Math.max(2, Math.ceil((24 - (highest - lowest)) / 2));
    this.low = Math.max(0, lowest - spare);
    this.high = Math.min(127, highest + spare);
  }

  /** Takes the size from the page. */
  measure() {
    [this.width, this.height] = [this.frame.clientWidth, this.frame.clientHeight];
    this.room = Math.max(1, this.width - KEYS);
    this.ruler = this.coarse.matches ? 36 : 24; // a finger needs more to hold
  }

  /** The height of the notes' own ground ends here; what follows is the lane of surprise. */
  get floor() {
    return this.height - (this.song.surprise ? LANE : 0);
  }

  /** Puts `span` seconds from `start` on into view, within the song. */
  place(start, span) {
    this.span = clamp(span, SHORTEST_VIEW, this.song.total);
    this.start = clamp(start, 0, this.song.total - this.span);
  }

  get comfortable() {
    return Math.max(SHORTEST_VIEW, this.room / COMFORTABLE);
  }

  get whole() {
    return this.span >= this.song.total;
  }

  timeAt(x) {
    return clamp(this.start + ((x - KEYS) / this.room) * this.span, 0, this.song.total);
  }

  xOf(second) {
    return KEYS + ((second - this.start) / this.span) * this.room;
  }

  yOf(pitch) {
    return this.ruler + (this.high - pitch) * this.row;
  }

  get row() {
    return (this.floor - this.ruler) / (this.high - this.low + 1);
  }

  /** (first, last) of the notes that may be seen, as a range of indices. */
  get inView() {
    const { onset } = this.song;
    return [above(onset, this.start - this.longest), above(onset, this.start + this.span)];
  }

  /** Where a note is drawn: [x, y, width, height]; a drum's width is 0, it is a diamond around x. */
  boxOf(i) {
    const { onset, duration, pitch, part, drums } = this.song;
    const height = Math.max(this.row - (this.row > 4 ? 1 : 0), 2);
    const y = this.yOf(pitch[i]) + (this.row - height) / 2;
    if (drums.has(part[i])) return [this.xOf(onset[i]), y, 0, height];
    const length = (duration[i] / this.span) * this.room;
    return [this.xOf(onset[i]), y, Math.max(length > 3 ? length - 1 : length, 1.5), height];
  }

  /** The note at a place on the screen, the last one drawn there; undefined where there is none. */
  noteAt(x, y) {
    if (x < KEYS || y < this.ruler || y > this.floor) return undefined;
    const [first, last] = this.inView;
    const around = (width) => (width < 2 * GRASP ? 2 * GRASP : 1);
    for (let i = last - 1; i >= first; i--) {
      const [left, top, width, height] = this.boxOf(i);
      const [wide, high] = [around(width), around(height) / 2];
      if (x < left - wide || x > left + width + wide) continue;
      if (y >= top - high && y <= top + height + high) return i;
    }
    return undefined;
  }

  /** Indices of the notes that sound at a second. A drum is lit for a moment. */
  soundingAt(now) {
    const { onset, duration, part, drums } = this.song;
    const found = [];
    for (let i = above(onset, now) - 1; i >= 0 && onset[i] >= now - this.longest; i--) {
      const length = drums.has(part[i]) ? LIT : Math.max(duration[i], 0.05);
      if (now < onset[i] + length) found.push(i);
    }
    return found;
  }
}
