// The piano roll: two canvases, one for what lies still and one above it for what moves, so that a
// frame of playing costs a few rectangles.

/** The colours and the letters of the page. */
function themeOf(frame) {
  const style = getComputedStyle(frame);
  const value = (name) => style.getPropertyValue(name).trim();
  const colours = value("--st-chart-categorical-colors").split(",");
  return {
    ink: value("color"),
    paper: value("background-color"),
    accent: value("--accent"),
    ivory: value("--ivory"),
    ebony: value("--ebony"),
    label: value("--key-label"),
    prompt: `color-mix(in srgb, ${value("color")} 55%, ${value("background-color")})`,
    font: `11px ${value("font-family")}`,
    colourOf: (part) => colours[part % colours.length],
  };
}

class Roll {
  constructor(frame) {
    this.frame = frame;
    this.view = new View(frame);
    const canvases = frame.querySelectorAll("canvas");
    [this.still, this.moving] = [...canvases].map((canvas) => canvas.getContext("2d"));
    this.silent = new Set(); // parts that are muted
    this.picked = undefined; // the note that was clicked last
  }

  show(song) {
    const before = this.song?.music;
    this.song = song;
    this.view.show(song);
    this.picked = before === song.music ? this.picked : undefined;
    if (this.measure() && before !== song.music) this.view.place(0, this.view.comfortable);
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
    this.view.measure();
    this.theme = themeOf(this.frame);
    return clientWidth > 0;
  }

  /** Whether the page gives it another size than it was drawn in. */
  get resized() {
    const { clientWidth, clientHeight } = this.frame;
    return clientWidth !== this.view.width || clientHeight !== this.view.height;
  }

  /** Shows `span` seconds from `start` on, within the song. */
  look(start, span) {
    this.view.place(start, span);
    this.draw();
  }

  /** Zooms so that the second `around` keeps its place. */
  zoom(factor, around) {
    const { start, span } = this.view;
    const wanted = clamp(span * factor, SHORTEST_VIEW, this.song.total);
    this.look(around - ((around - start) * wanted) / span, wanted);
  }

  /** Moves the view with the playhead, gliding or, where that is too much, page by page. */
  follow(now, glide) {
    const { view } = this;
    if (view.whole) return;
    const seen = (now - view.start) / view.span;
    if (glide && this.visible < DENSE) {
      const start = clamp(now - view.span / 3, 0, this.song.total - view.span);
      if (Math.abs(start - view.start) * view.room > view.span * 0.5) this.look(start, view.span);
    } else if (seen < 0 || seen > 1 - EDGE) {
      this.look(now - view.span * EDGE, view.span);
    }
  }

  /** Draws within the ground of the notes, from `top` on. */
  within(pen, top, draw) {
    pen.save();
    pen.beginPath();
    pen.rect(KEYS, top, this.view.room, this.view.height - top);
    pen.clip();
    draw();
    pen.restore();
  }

  /** Has what lies still drawn anew, together with what moves. */
  draw() {
    this.stale = true;
  }

  drawStill() {
    const { still: pen, view, theme } = this;
    this.stale = false;
    pen.clearRect(0, 0, view.width, view.height);
    drawStaff(pen, view, theme);
    drawPrompt(pen, view, theme);
    drawTime(pen, view, theme);
    this.within(pen, view.ruler, () => drawNotes(pen, view, theme, this.silent));
    drawSurprise(pen, view, theme);
    drawKeys(pen, view, theme);
    const [first, last] = view.inView;
    this.visible = last - first;
  }

  /** Playhead, loop, what has been played, and what sounds at the second `now`. */
  drawNow(now, { playing, loop, looping }) {
    const { moving: pen, view, theme } = this;
    if (!this.song || !view.width) return;
    if (this.stale) this.drawStill();
    pen.clearRect(0, 0, view.width, view.height);
    const { part } = this.song;
    const heard = (i) => !this.silent.has(part[i]);
    const sounding = playing || now > 0 ? view.soundingAt(now).filter(heard) : [];
    this.within(pen, 0, () => {
      pen.globalAlpha = 0.35;
      pen.fillStyle = theme.paper;
      pen.fillRect(KEYS, view.ruler, view.xOf(now) - KEYS, view.height - view.ruler);
      pen.globalAlpha = 1;
      drawLit(pen, view, theme, sounding, theme.ink);
      if (this.picked !== undefined) drawLit(pen, view, theme, [this.picked], theme.accent);
      drawLoop(pen, view, theme, loop, looping);
      drawPlayhead(pen, view, theme, now);
    });
    drawPressed(pen, view, theme, sounding);
  }
}
