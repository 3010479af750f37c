// The player: shows the song of a message (song.js) and keeps roll, sound, buttons and the rest of
// the page in step. What plays lives on (ui/mounted.js).
//
// On the document it sends "gruve-time" {player, seconds, playing, start, span} (what of the roll is
// in view, in seconds) at every frame of playing and at every jump, and listens to "gruve-seek"
// {player, seconds}, to "gruve-where" {player}, which asks for a "gruve-time", and to "gruve-sound"
// (sound.js), by which its sound comes.

const LONGEST_REST = 0.5; // seconds before the first note that are played
const LEAD_IN = 0.1; // seconds of them that are left
let known = 0; // the highest news that was shown

class Player {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.gruve-player${name}`);
    this.root = find("");
    this.frame = find("-roll");
    for (const name of ["play", "position", "volume", "speed", "loop", "status", "note"]) {
      this[`${name}Part`] = find(`-${name}`);
    }
    [this.controls, this.help] = [find("-controls"), find("-help dl")];
    this.clocks = [...parent.querySelectorAll(".gruve-player-time")];
    this.roll = new Roll(this.frame);
    this.transport = new Transport(parent.querySelector("audio"), {
      changed: () => this.state(),
      moved: () => this.update(),
    });
    this.picker = new Picker(this);
    this.passage = new Passage(this);
    this.legend = new Legend(find("-legend"), (what, part) => this.press(what, part));
    this.chosen = { mute: new Set(), solo: new Set() };
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.following = true;
    this.gone = new AbortController();
    this.resized = new ResizeObserver(() => this.roll.resized && this.redraw());
    this.resized.observe(this.frame);
    this.speedPart.replaceChildren(...SPEEDS.map((rate) => new Option(`${rate} ×`, rate)));
    this.speedPart.value = 1;
    this.listen(find("-in"), find("-out"), find("-fit"));
  }

  listen(zoomIn, zoomOut, fit) {
    const on = listener(this.gone.signal);
    const { transport } = this;
    this.gestures = new Gestures(this, on);
    on(this.playPart, "click", () => transport.toggle());
    on(this.positionPart, "input", () => this.seek(Number(this.positionPart.value)));
    on(this.volumePart, "input", () => {
      transport.setVolume(Number(this.volumePart.value));
      this.volumePart.style.setProperty("--done", `${this.volumePart.value * 100}%`);
    });
    on(this.speedPart, "change", () => transport.setRate(Number(this.speedPart.value)));
    on(this.loopPart, "click", () => this.passage.toggle());
    on(zoomIn, "click", () => this.zoom(1 / ZOOM));
    on(zoomOut, "click", () => this.zoom(ZOOM));
    on(fit, "click", () => this.zoom(Infinity));
    on(this.root, "keydown", (event) => pressed(this, event));
    const told = (type, act) =>
      on(document, type, ({ detail }) => detail.player === this.song?.key && act(detail));
    told("gruve-seek", ({ seconds }) => this.seek(seconds));
    told("gruve-where", () => this.tell());
    told("gruve-sound", (sound) => this.hear(sound));
  }

  /** Takes the message. Sound of the same music goes on undisturbed. */
  take(bytes) {
    const [{ id }] = headerOf(bytes);
    if (id === this.song?.id) {
      this.redraw();
      return;
    }
    const before = this.song;
    this.song = unpack(bytes);
    const { name, notes, height, audible, note, music, mixable } = this.song;
    if (before && (before.music !== music || !audible)) {
      this.transport.silence();
      this.chosen = { mute: new Set(), solo: new Set() };
      this.heard = undefined;
    }
    this.root.setAttribute("aria-label", `Player of ${name}`);
    this.frame.setAttribute("aria-label", `Piano roll of ${name}, ${notes} notes`);
    this.frame.style.height = `${height}px`;
    this.controls.hidden = this.loopPart.hidden = this.speedPart.hidden = !audible;
    this.notePart.textContent = this.heard ? "" : note;
    this.help.replaceChildren(...keyHelp(mixable));
    if (before?.music !== music) this.begin();
    this.roll.show(this.song);
    if (this.song.news > known) this.comeIntoView();
    known = Math.max(known, this.song.news);
    this.fitTotal();
    this.lay();
    this.blend();
    this.state();
    document.dispatchEvent(new CustomEvent("gruve-sound-wanted", { detail: { player: this.song.key } }));
  }

  /** New music plays from its first note: who presses play and hears an upbeat's rests takes them
   * for no sound. */
  begin() {
    this.following = true;
    const first = this.song.onset[0] ?? 0;
    this.transport.rest = first > LONGEST_REST ? first - LEAD_IN : 0;
    this.say("");
  }

  comeIntoView() {
    const behavior = this.calm.matches ? "auto" : "smooth";
    this.root.scrollIntoView({ block: "nearest", behavior });
  }

  /** Takes sound: a recording of all instruments, or of one of them. */
  hear({ music, part, whole, error, blob, id }) {
    if (music !== this.song.music || !this.song.audible) return;
    if (error) {
      this.controls.hidden = !this.transport.url;
      this.notePart.textContent = error;
      return;
    }
    if (part !== null) {
      if (this.transport.mix.parts.has(part)) return;
      this.transport.mix.add(part, URL.createObjectURL(blob), this.transport.audio);
      this.mix();
    } else if (!this.heard?.whole && this.heard?.id !== id) {
      this.heard = { id, whole };
      this.notePart.textContent = "";
      this.transport.take(URL.createObjectURL(blob), whole);
    }
  }

  /** The song lasts as long as its notes, or its sound if that rings on. */
  fitTotal() {
    const { view } = this.roll;
    const { whole } = view;
    const total = Math.max(this.song.seconds, this.transport.end, 0.5);
    if (total === this.song.total) return;
    this.song.total = total;
    if (whole) view.place(0, Infinity);
    this.roll.draw();
  }

  seek(second) {
    this.following = true;
    this.transport.seek(second);
    if (this.transport.playing) return;
    this.roll.follow(this.transport.now, false);
    this.update();
  }

  zoom(factor) {
    const { start, span } = this.roll.view;
    const { now } = this.transport;
    const seen = now >= start && now <= start + span;
    if (factor === Infinity) this.lookAt(0, Infinity);
    else this.zoomAt(factor, seen ? now : start + span / 2);
  }

  zoomAt(factor, around) {
    this.roll.zoom(factor, around);
    this.update();
  }

  lookAt(start, span) {
    this.following = false;
    this.roll.look(start, span);
    this.update();
  }

  pan(seconds) {
    this.lookAt(this.roll.view.start + seconds, this.roll.view.span);
  }

  changeSpeed(by) {
    const at = SPEEDS.indexOf(this.transport.rate) + by;
    if (!(at in SPEEDS)) return;
    this.transport.setRate(SPEEDS[at]);
    this.speedPart.value = SPEEDS[at];
    this.say(`Speed ${SPEEDS[at]} ×`);
  }

  /** Mutes an instrument or lets it be heard alone, or takes that back. */
  press(what, part) {
    if (part >= this.song.parts.length) return;
    const chosen = this.chosen[what];
    if (!chosen.delete(part)) chosen.add(part);
    this.mix();
  }

  mix() {
    this.blend();
    this.update();
  }

  /** Has only the chosen instruments sound, and asks for those that are not rendered yet. */
  blend() {
    const { chosen, song, roll } = this;
    const all = song.parts.map((_, part) => part);
    const audible = all.filter((p) => (chosen.solo.size ? chosen.solo.has(p) : !chosen.mute.has(p)));
    const { mix, audio } = this.transport;
    mix.audible = audible.length === all.length ? null : new Set(audible);
    mix.apply(audio);
    roll.silent = new Set(all.filter((part) => !audible.includes(part)));
    roll.draw();
    const { missing } = mix;
    this.legend.state(chosen, missing);
    if (missing.length && String(missing) !== this.asked) {
      this.asked = String(missing);
      const parts = [...new Set([...mix.parts.keys(), ...missing])].sort((a, b) => a - b);
      this.setState("parts", { song: song.music, parts });
      this.say(`Rendering ${missing.map((part) => song.parts[part]).join(", ")} alone …`);
    } else if (!missing.length && this.asked) {
      this.asked = "";
      this.say("");
    }
  }

  say(text) {
    this.statusPart.textContent = text;
  }

  /** Draws everything again: another size, another theme, another song. */
  redraw() {
    this.lay();
    this.update();
  }

  /** Takes size and colours from the page; the next `update` draws in them. */
  lay() {
    if (!this.song || !this.roll.measure()) return;
    const { view } = this.roll;
    if (!view.placed) view.place(0, view.comfortable);
    view.placed = true;
    this.roll.look(view.start, view.span);
    this.legend.show(this.song, this.roll.theme);
    this.legend.state(this.chosen, this.transport.mix.missing);
  }

  /** Shows on the buttons and to screen readers what plays. */
  state() {
    const { playing, eager, looping } = this.transport;
    this.root.classList.toggle("gruve-player-playing", playing || eager);
    this.root.classList.toggle("gruve-player-waiting", eager);
    this.playPart.setAttribute("aria-label", playing || eager ? "Pause" : "Play");
    this.playPart.toggleAttribute("aria-busy", eager);
    this.loopPart.setAttribute("aria-pressed", String(looping));
    if (playing) this.tick();
    this.update();
  }

  /** Puts playhead, seek bar and clocks where the sound is, and tells the page. */
  update() {
    if (!this.song) return;
    if (this.transport.url) this.fitTotal();
    const { transport, song } = this;
    const { now, playing } = transport;
    this.roll.drawNow(now, transport);
    this.positionPart.max = song.total;
    this.positionPart.value = now;
    this.positionPart.style.setProperty("--done", `${(100 * now) / song.total}%`);
    const words = `${clock(now)} of ${clock(song.total)}`;
    this.positionPart.setAttribute("aria-valuetext", words);
    this.frame.setAttribute("aria-valuemax", song.total.toFixed(1));
    this.frame.setAttribute("aria-valuenow", now.toFixed(1));
    // Spoken at every change: not while it plays.
    if (!playing) this.frame.setAttribute("aria-valuetext", words);
    [this.clocks[0].textContent, this.clocks[1].textContent] = [clock(now), clock(song.total)];
    this.tell();
  }

  tell() {
    const { now, playing } = this.transport;
    const { start, span } = this.roll.view;
    const detail = { player: this.song.key, seconds: now, playing, start, span };
    document.dispatchEvent(new CustomEvent("gruve-time", { detail }));
  }

  /** Follows the sound, frame by frame, while it plays. */
  tick() {
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = requestAnimationFrame(() => {
      if (!this.transport.playing) return;
      this.transport.beat();
      if (this.following) this.roll.follow(this.transport.now, !this.calm.matches);
      this.update();
      this.tick();
    });
  }

  leave() {
    cancelAnimationFrame(this.frameRequest);
    this.transport.leave();
    this.resized.disconnect();
    this.gone.abort();
  }
}

export default mounted(Player, (player, data) => player.take(data));
