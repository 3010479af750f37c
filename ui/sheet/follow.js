// Follows the playhead of a player: lights the notes that sound, turns the page, and asks for the
// bars that come next where they are not here yet. A click on a note goes to it. It listens to
// "gruve-time" {player, seconds, playing} on the document and sends "gruve-seek" {player, seconds};
// by "gruve-where" {player} it asks where the playhead is.

const SOUNDING = "gruve-sheet-sounding";
const STRIDE = 0.5; // seconds: a longer step of the clock is a jump
const EARLY = 0.02; // seconds before its onset that a note is lit, about the time to draw it

/** The index of the last value in an ascending array that is not above `limit`; -1: none. */
function lastUpTo(values, limit) {
  const after = values.findIndex((value) => value > limit);
  return (after < 0 ? values.length : after) - 1;
}

class Follower {
  constructor(sheet, on) {
    this.sheet = sheet;
    on(document, "gruve-time", ({ detail }) => {
      if (this.data?.player && detail.player === this.data.player) this.to(detail);
    });
    on(sheet.paper, "click", (event) => this.seek(event.target.closest(".note")?.id));
  }

  take(data) {
    this.data = data;
    this.times = data.beats.map(([seconds]) => seconds);
    let sounding = [];
    this.sounding = data.beats.map(([, begun, ended]) => {
      sounding = sounding.filter((id) => !ended.includes(id)).concat(begun);
      return sounding;
    });
    this.pages = new Map(
      data.pages.flatMap((svg, page) =>
        [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => [id, page]),
      ),
    );
    this.beat = -1;
    this.last = undefined;
    if (data.player) {
      document.dispatchEvent(new CustomEvent("gruve-where", { detail: { player: data.player } }));
    }
  }

  /** The visitor turned the page: it stays until the playhead jumps. */
  rest() {
    this.following = false;
  }

  to({ seconds, playing }) {
    const step = seconds - (this.last ?? 0);
    if (step < 0 || step > STRIDE) this.following = true;
    if (playing && !this.playing) this.following = true;
    [this.last, this.playing] = [seconds, playing];
    const { times, data } = this;
    const inside = seconds >= data.begins - EARLY && seconds < data.until;
    const beat = inside && (playing || seconds > 0) ? lastUpTo(times, seconds + EARLY) : -1;
    if (beat !== this.beat) {
      this.beat = beat;
      this.light();
    }
    if (!this.following) return;
    if (!inside) this.fetch(seconds);
    const page = this.pages.get(data.beats[beat]?.[1][0]);
    if (page !== undefined && page !== this.sheet.page) this.sheet.open(page);
  }

  /** Lights what sounds on the page that is shown. */
  light() {
    const { paper } = this.sheet;
    for (const lit of paper.querySelectorAll(`.${SOUNDING}`)) lit.classList.remove(SOUNDING);
    for (const id of this.sounding?.[this.beat] ?? []) {
      paper.querySelector(`#${CSS.escape(id)}`)?.classList.add(SOUNDING);
    }
  }

  /** Asks for the bars in which a second lies. */
  fetch(seconds) {
    const { data, sheet } = this;
    const place = Math.max(lastUpTo(data.windows, seconds + EARLY), 0) * data.window;
    if (place === data.place || sheet.paper.ariaBusy) return;
    sheet.ask({ place });
  }

  seek(id) {
    const beat = this.data.beats.find(([, begun]) => id && begun.includes(id));
    if (!beat || !this.data.player) return;
    const detail = { player: this.data.player, seconds: beat[0] };
    document.dispatchEvent(new CustomEvent("gruve-seek", { detail }));
  }
}
