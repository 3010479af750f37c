// Picking notes: by a click, or by keys along the music. What is picked is told to Python, which
// may have more to say about it; the sound goes on.

class Picker {
  constructor(player) {
    this.player = player;
  }

  get song() {
    return this.player.song;
  }

  get view() {
    return this.player.roll.view;
  }

  /** A click on the roll. */
  tap(x, y) {
    const { view } = this;
    const note = view.noteAt(x, y);
    if (note === undefined) this.player.seek(view.timeAt(x));
    else this.pick(note);
  }

  /** Makes a note the one that is looked at, goes to it and tells Python. */
  pick(note) {
    this.player.roll.picked = note;
    this.player.seek(this.song.onset[note]);
    this.player.say(`${this.wordsOf(note)}, picked`);
    if (this.song.pickable) this.player.setState("picked", { song: this.song.music, note });
  }

  /** Picks a note that sounds at the playhead, the highest first, the next one at the next press. */
  pickHere() {
    const { pitch } = this.song;
    const here = this.view.soundingAt(this.player.transport.now + 1e-3);
    here.sort((a, b) => pitch[b] - pitch[a]);
    if (here.length) this.pick(here[(here.indexOf(this.player.roll.picked) + 1) % here.length]);
  }

  /** To the next note, or the one before. */
  step(by) {
    const { onset } = this.song;
    const { now } = this.player.transport;
    const next = by > 0 ? above(onset, now + 0.005) : above(onset, now - 0.005) - 1;
    if (next < 0 || next >= onset.length) return;
    this.player.seek(onset[next]);
    const here = this.view.soundingAt(onset[next] + 1e-3);
    this.player.say(here.map((i) => nameOf(this.song.pitch[i])).join(" "));
  }

  wordsOf(note) {
    const { pitch, part, parts, drums, onset, surprise } = this.song;
    const what = drums.has(part[note]) ? `drum ${pitch[note]}` : nameOf(pitch[note]);
    const shock = surprise ? `, surprise ${surprise[note].toFixed(1)} nats` : "";
    return `${what}, ${parts[part[note]]}, ${clock(onset[note], true)}${shock}`;
  }
}
