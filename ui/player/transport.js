// The sound and its clock: play, pause, seek, loop, speed, volume. What is played can be replaced
// by a longer recording of the same music while it plays.

const STARTED = "gruve-player-started"; // tells the other players on the page to fall silent
const LEAD = 0.3; // seconds ahead at which a longer recording waits to take over
const SHORTEST_LOOP = 0.1; // seconds

const happened = (target, type) =>
  new Promise((done) => target.addEventListener(type, done, { once: true }));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

class Transport {
  /** `changed` is called when playing starts or stops, `moved` when the position jumps. */
  constructor(audio, { changed, moved }) {
    Object.assign(this, { audio, changed, moved });
    this.mix = new Mix();
    this.rate = 1;
    [this.loop, this.looping] = [null, false]; // loop: {from, to} in seconds
    this.gone = new AbortController();
    this.listen = listener(this.gone.signal);
    this.listen(document, STARTED, (event) => event.detail !== this && this.pause());
    this.attend(audio);
    this.forget();
  }

  forget() {
    this.url = null;
    this.complete = false; // whether the recording holds all of the music
    this.eager = false; // play as soon as there is sound
    this.rest = 0; // where the playhead rests while there is no sound
    this.before = 0; // where it was when the loop was last looked at
  }

  attend(audio) {
    const on = (types, act) =>
      this.listen(audio, types, () => audio === this.audio && act());
    on("play", () => {
      this.started();
      this.mix.apply(audio);
      this.changed();
    });
    on("pause", () => {
      this.mix.apply(audio);
      this.changed();
    });
    on("ended", () => this.finished());
    on("timeupdate", () => this.beat());
    on("seeked timeupdate loadedmetadata durationchange", () => this.moved());
  }

  get now() {
    return this.url ? this.audio.currentTime : this.rest;
  }

  /** The seconds of sound that are there. */
  get end() {
    return this.url && Number.isFinite(this.audio.duration) ? this.audio.duration : 0;
  }

  get playing() {
    return Boolean(this.url) && !this.audio.paused && !this.audio.ended;
  }

  started() {
    document.dispatchEvent(new CustomEvent(STARTED, { detail: this }));
  }

  play() {
    this.eager = !this.url;
    this.started();
    // A browser that refuses to play leaves the button as it is: pressing it again is the remedy.
    if (this.url) this.audio.play().catch(() => this.changed());
    else this.changed();
  }

  pause() {
    this.eager = false;
    this.audio.pause();
    this.changed();
  }

  toggle() {
    if (this.playing || this.eager) this.pause();
    else this.play();
  }

  seek(second) {
    const end = this.end || Infinity;
    const goal = clamp(second, 0, end);
    this.before = this.rest = goal;
    if (this.url) {
      this.audio.currentTime = goal;
      this.mix.seek(goal);
    }
    this.moved();
  }

  setRate(rate) {
    this.rate = this.mix.rate = rate;
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
  }

  setVolume(volume) {
    this.audio.volume = this.mix.volume = volume;
    this.mix.apply(this.audio);
  }

  setLoop(from, to) {
    const [a, b] = [Math.min(from, to), Math.max(from, to)];
    this.loop = { from: a, to: Math.max(b, a + SHORTEST_LOOP) };
    this.looping = true;
    this.before = this.now;
  }

  /** Looks whether the loop's end has been passed. To be called often while it plays. */
  beat() {
    const { now, loop, end } = this;
    const last = this.complete ? Math.min(loop?.to, end - 0.03) : loop?.to;
    if (this.looping && loop && this.playing && this.before < last && now >= last) {
      this.seek(loop.from);
    } else {
      this.before = now;
    }
    this.mix.align(this.audio);
  }

  finished() {
    if (this.looping && this.loop && (this.complete || this.loop.to <= this.end)) {
      this.seek(this.loop.from);
      this.play();
    } else {
      this.eager = !this.complete; // the rest is being rendered
      this.mix.apply(this.audio);
      this.changed();
    }
  }

  /** Takes a recording: the first, or a longer one that goes on where the one before is. */
  async take(url, complete) {
    const first = !this.url;
    const old = this.audio;
    if (first) {
      this.url = url;
      this.complete = complete;
      old.src = url;
      this.setRate(this.rate);
      await happened(old, "loadedmetadata");
      if (this.url !== url) return;
      if (this.rest) old.currentTime = Math.min(this.rest, this.end);
    } else if (!(await this.handOver(url, complete))) {
      return;
    }
    if (this.eager) this.play();
    this.changed();
  }

  /** Has another recording play on in place of the one that is there; whether it did. */
  async handOver(url, complete) {
    const [old, before] = [this.audio, this.url];
    const fresh = new Audio(url);
    fresh.preload = "auto";
    fresh.volume = old.volume;
    fresh.defaultPlaybackRate = fresh.playbackRate = this.rate;
    const still = () => this.audio === old && this.url === before;
    await happened(fresh, "loadedmetadata");
    if (!still()) return false;
    fresh.currentTime = old.currentTime + (old.paused ? 0 : LEAD * this.rate);
    await happened(fresh, "seeked");
    while (still() && !old.paused && old.currentTime < fresh.currentTime) await pause(5);
    if (!still()) return false;
    if (old.paused || Math.abs(old.currentTime - fresh.currentTime) > 0.1) {
      fresh.currentTime = old.currentTime;
    }
    const playing = !old.paused;
    fresh.muted = old.muted;
    Object.assign(this, { audio: fresh, url, complete });
    this.attend(fresh);
    old.before(fresh);
    // The old one sounds until the new one does.
    if (playing) await fresh.play().catch(() => this.changed());
    old.remove();
    old.pause();
    URL.revokeObjectURL(before);
    return true;
  }

  silence() {
    this.audio.pause();
    this.mix.clear(this.audio);
    this.audio.removeAttribute("src");
    this.audio.load();
    if (this.url) URL.revokeObjectURL(this.url);
    this.forget();
    [this.loop, this.looping] = [null, false];
  }

  leave() {
    this.silence();
    this.gone.abort();
  }
}
