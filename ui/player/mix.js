// Some instruments alone: an audio element for each, kept in step with the recording of them all,
// which goes on as the clock, muted.

const APART = 0.2; // seconds beyond which a part jumps to where the clock is
const CLOSE = 0.012; // seconds that parts may be apart
const HURRY = 0.05; // how much faster or slower a part may play to come closer

class Mix {
  constructor() {
    this.parts = new Map(); // part -> its audio element
    this.audible = null; // the parts that shall sound; null: all of them
    [this.rate, this.volume] = [1, 1];
  }

  get missing() {
    return [...(this.audible ?? [])].filter((part) => !this.parts.has(part));
  }

  /** Whether the parts sound in place of the whole. */
  get on() {
    return this.audible !== null && this.missing.length === 0;
  }

  add(part, url, clock) {
    this.remove(part);
    const audio = new Audio(url);
    audio.preload = "auto";
    audio.dataset.part = part;
    clock.parentElement.append(audio);
    this.parts.set(part, audio);
    this.apply(clock);
  }

  remove(part) {
    const audio = this.parts.get(part);
    if (!audio) return;
    audio.pause();
    URL.revokeObjectURL(audio.src);
    audio.removeAttribute("src");
    audio.load();
    audio.remove();
    this.parts.delete(part);
  }

  clear(clock) {
    for (const part of [...this.parts.keys()]) this.remove(part);
    this.audible = null;
    clock.muted = false;
  }

  /** Has the right parts play, pause and sound, after any change of them or of the clock. */
  apply(clock) {
    const { on } = this;
    clock.muted = on;
    for (const [part, audio] of this.parts) {
      audio.volume = this.volume;
      audio.muted = !on || !this.audible.has(part);
      const playing = on && !clock.paused && !clock.ended;
      if (playing && audio.paused) {
        audio.currentTime = clock.currentTime;
        audio.playbackRate = this.rate;
        // A browser that refuses another sound without a press gets one: Play.
        audio.play().catch((error) => error.name === "NotAllowedError" && clock.pause());
      } else if (!playing) {
        audio.pause();
      }
    }
  }

  seek(second) {
    for (const audio of this.parts.values()) audio.currentTime = second;
  }

  /** Brings parts that are ahead or behind closer, by a little more or less speed. */
  align(clock) {
    if (!this.on || clock.paused || clock.seeking) return;
    for (const audio of this.parts.values()) {
      if (audio.paused || audio.seeking || audio.readyState < 3) continue;
      const behind = clock.currentTime - audio.currentTime;
      if (Math.abs(behind) > APART) audio.currentTime = clock.currentTime;
      const hurry = Math.abs(behind) > CLOSE ? Math.sign(behind) * HURRY : 0;
      const rate = this.rate * (1 + hurry);
      if (Math.abs(audio.playbackRate - rate) > 1e-6) audio.playbackRate = rate;
    }
  }
}
