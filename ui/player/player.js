// The player: reads the message that ui/player/__init__.py describes, plays its MP3 and keeps the
// roll (roll.js) in step with it. Streamlit calls the default export on every change of data or
// theme; what plays lives on, one Player for each place on the page.

const SKIP = 5; // seconds an arrow key moves
const ZOOM = 1.6; // how much a press of + or − changes
const CLICK = 5; // pixels a pointer may move and still mean a click
const STARTED = "gruve-player-started"; // tells the other players on the page to fall silent

const players = new WeakMap();

function unpack(bytes) {
  let at = 4;
  const take = (length) => bytes.slice(at, (at += length));
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(take(headLength)));
  const n = head.notes;
  return {
    ...head,
    drums: new Set(head.drums),
    onset: new Float32Array(take(4 * n).buffer),
    duration: new Float32Array(take(4 * n).buffer),
    pitch: take(n),
    part: take(n),
    velocity: take(n),
    mp3: head.audible ? new Blob([take(bytes.length - at)], { type: "audio/mpeg" }) : null,
  };
}

class Player {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.gruve-player${name}`);
    this.root = find("");
    this.frame = find("-roll");
    this.button = find("-play");
    this.seekBar = find("-seek");
    this.volume = find("-volume");
    this.clocks = [...parent.querySelectorAll(".gruve-player-time")];
    this.parts = { controls: find("-controls"), note: find("-note"), legend: find("-legend") };
    this.audio = parent.querySelector("audio");
    this.roll = new Roll(this.frame);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.following = true;
    this.gone = new AbortController();
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.frame);
    this.listen(find("-in"), find("-out"), find("-fit"));
  }

  listen(zoomIn, zoomOut, fit) {
    const on = (target, types, act) => {
      for (const type of types.split(" ")) {
        target.addEventListener(type, act, { signal: this.gone.signal });
      }
    };
    on(this.button, "click", () => this.toggle());
    on(this.seekBar, "input", () => this.seek(Number(this.seekBar.value)));
    on(this.volume, "input", () => {
      this.audio.volume = Number(this.volume.value);
      this.volume.style.setProperty("--done", `${this.volume.value * 100}%`);
    });
    on(zoomIn, "click", () => this.zoom(1 / ZOOM));
    on(zoomOut, "click", () => this.zoom(ZOOM));
    on(fit, "click", () => this.zoom(Infinity));
    on(this.root, "keydown", (event) => this.key(event));
    on(this.frame, "pointerdown", (event) => this.grab(event));
    on(this.frame, "wheel", (event) => this.wheel(event));
    on(this.audio, "play", () => {
      document.dispatchEvent(new CustomEvent(STARTED, { detail: this.audio }));
      this.following = true;
      this.state();
      this.tick();
    });
    on(this.audio, "pause ended", () => this.state());
    on(this.audio, "loadedmetadata durationchange", () => {
      const { whole } = this.roll;
      this.song.total = Math.max(this.song.seconds, this.duration);
      if (whole) this.roll.look(0, Infinity);
      this.update();
    });
    on(this.audio, "seeked timeupdate", () => this.update());
    on(document, STARTED, (event) => event.detail !== this.audio && this.audio.pause());
  }

  /** Takes the message; music that is there already goes on undisturbed. */
  take(bytes) {
    const head = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { id } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, head)));
    if (id === this.song?.id) {
      this.redraw();
      return;
    }
    this.silence();
    const song = unpack(bytes);
    this.song = { ...song, total: Math.max(song.seconds, 0.5) };
    this.root.setAttribute("aria-label", `Player of ${song.name}`);
    this.frame.setAttribute(
      "aria-label",
      `Piano roll of ${song.name}, ${song.notes} notes. Space plays and pauses, arrows seek.`,
    );
    this.frame.style.height = `${song.height}px`;
    this.parts.controls.hidden = !song.mp3;
    this.parts.note.hidden = Boolean(song.mp3);
    this.parts.note.textContent = song.note;
    this.following = true;
    this.roll.show(this.song);
    this.redraw();
    if (song.mp3) {
      this.url = URL.createObjectURL(song.mp3);
      this.audio.src = this.url;
    }
    this.state();
  }

  get duration() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : 0;
  }

  get now() {
    return this.song.mp3 ? this.audio.currentTime : 0;
  }

  toggle() {
    if (!this.song.mp3) return;
    // A browser that refuses to play leaves the button as it is: pressing it again is the remedy.
    if (this.audio.paused) this.audio.play().catch(() => this.state());
    else this.audio.pause();
  }

  seek(second) {
    if (!this.song.mp3) return;
    this.audio.currentTime = Math.min(Math.max(second, 0), this.duration);
    this.following = true;
    this.update();
  }

  zoom(factor) {
    const { start, span } = this.roll;
    const seen = this.now >= start && this.now <= start + span;
    if (factor === Infinity) this.roll.look(0, Infinity);
    else this.roll.zoom(factor, seen ? this.now : start + span / 2);
    this.update();
  }

  pan(seconds) {
    this.following = false;
    this.roll.look(this.roll.start + seconds, this.roll.span);
    this.update();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === this.volume) return;
    const onButton = event.target instanceof HTMLButtonElement;
    const acts = {
      ArrowLeft: () => this.seek(this.now - SKIP),
      ArrowRight: () => this.seek(this.now + SKIP),
      Home: () => this.seek(0),
      End: () => this.seek(this.duration),
      "+": () => this.zoom(1 / ZOOM),
      "-": () => this.zoom(ZOOM),
      ...(onButton ? {} : { " ": () => this.toggle() }),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  /** A click seeks, a drag moves the view. */
  grab(down) {
    if (down.button !== 0) return;
    const done = new AbortController();
    const left = this.frame.getBoundingClientRect().left;
    let [last, moved] = [down.clientX, false];
    this.frame.setPointerCapture(down.pointerId);
    const on = (type, act) => this.frame.addEventListener(type, act, { signal: done.signal });
    on("pointermove", (event) => {
      moved ||= Math.abs(event.clientX - down.clientX) > CLICK;
      if (!moved) return;
      this.pan(((last - event.clientX) * this.roll.span) / this.roll.room);
      last = event.clientX;
    });
    on("pointerup", (event) => {
      done.abort();
      if (!moved) this.seek(this.roll.timeAt(event.clientX - left));
    });
    on("pointercancel", () => done.abort());
  }

  /** Sideways wheels move the view; up and down stays the page's own. */
  wheel(event) {
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (this.roll.whole || Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY))) return;
    event.preventDefault();
    this.pan((sideways * this.roll.span) / this.roll.room);
  }

  /** Draws everything again: another size, another theme, another song. */
  redraw() {
    if (!this.song || !this.roll.measure()) return;
    this.roll.look(this.roll.start, this.roll.span);
    this.drawLegend();
    this.update();
  }

  drawLegend() {
    const { parts, drums } = this.song;
    this.parts.legend.replaceChildren(
      ...parts.map((name, part) => {
        const item = document.createElement("li");
        item.textContent = name;
        item.style.setProperty("--part", this.roll.colourOf(part));
        item.classList.toggle("gruve-player-drums", drums.has(part));
        return item;
      }),
    );
  }

  /** Shows on the button and to screen readers whether music plays. */
  state() {
    const playing = !this.audio.paused && !this.audio.ended;
    this.root.classList.toggle("gruve-player-playing", playing);
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.update();
  }

  /** Puts playhead, seek bar and clocks where the sound is. */
  update() {
    if (!this.song) return;
    const { now, duration } = this;
    if (this.song.mp3) this.roll.drawNow(now, !this.audio.paused);
    this.seekBar.max = duration;
    this.seekBar.value = now;
    this.seekBar.style.setProperty("--done", `${duration ? (100 * now) / duration : 0}%`);
    this.seekBar.setAttribute("aria-valuetext", `${clock(now)} of ${clock(duration)}`);
    [this.clocks[0].textContent, this.clocks[1].textContent] = [clock(now), clock(duration)];
  }

  /** Follows the sound, frame by frame, while it plays. */
  tick() {
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = requestAnimationFrame(() => {
      if (this.audio.paused || this.audio.ended) return;
      if (this.following) this.roll.follow(this.now, !this.calm.matches);
      this.update();
      this.tick();
    });
  }

  silence() {
    cancelAnimationFrame(this.frameRequest);
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  leave() {
    this.silence();
    this.resized.disconnect();
    this.gone.abort();
  }
}

export default function ({ data, parentElement }) {
  let player = players.get(parentElement);
  if (player && !player.root.isConnected) {
    player.leave();
    player = undefined;
  }
  if (!player) {
    player = new Player(parentElement);
    players.set(parentElement, player);
  }
  // Streamlit may clean up after a call that a newer one has already replaced.
  const call = (player.call = (player.call ?? 0) + 1);
  player.take(data);
  return () => {
    if (player.call !== call) return;
    player.leave();
    players.delete(parentElement);
  };
}
