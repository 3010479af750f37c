// The passage that is played again and again: marked on the ruler or by keys, switched on and off.

class Passage {
  constructor(player) {
    this.player = player;
    this.transport = player.transport;
  }

  mark(from, to) {
    this.transport.setLoop(from, to);
    this.player.state();
  }

  /** The loop has been marked: playing goes on inside it. */
  marked() {
    const { loop, now } = this.transport;
    if (now < loop.from || now > loop.to) this.player.seek(loop.from);
    this.describe();
  }

  /** One end of it is where the playhead is; the other stays, if it can. */
  markEdge(edge) {
    const { now } = this.transport;
    const { from, to } = { from: 0, to: this.player.song.total, ...this.transport.loop };
    if (edge === "from") this.mark(now, to > now ? to : this.player.song.total);
    else this.mark(from < now ? from : 0, now);
    this.describe();
  }

  toggle() {
    const { transport } = this;
    if (!transport.loop) transport.setLoop(0, this.player.song.total);
    else transport.looping = !transport.looping;
    this.player.state();
    this.describe();
  }

  forget() {
    [this.transport.loop, this.transport.looping] = [null, false];
    this.player.state();
    this.player.say("");
  }

  describe() {
    const { loop, looping } = this.transport;
    const where = `${clock(loop.from, true)} to ${clock(loop.to, true)}`;
    this.player.say(looping ? `Loop from ${where}` : "Loop off");
  }
}
