// What moves in the piano roll: the loop, the playhead, the notes and keys that sound.

function drawLoop(pen, view, theme, loop, on) {
  if (!loop) return;
  const [from, to] = [view.xOf(loop.from), view.xOf(loop.to)];
  pen.fillStyle = on ? theme.accent : theme.ink;
  pen.globalAlpha = on ? 0.25 : 0.15;
  pen.fillRect(from, 0, to - from, view.ruler - 1);
  pen.globalAlpha = on ? 0.9 : 0.5;
  for (const x of [from, to]) {
    pen.fillRect(x - 1, 0, 2, view.ruler);
    pen.globalAlpha /= 2;
    pen.fillRect(x - 0.5, view.ruler, 1, view.height - view.ruler);
    pen.globalAlpha *= 2;
  }
  pen.globalAlpha = 1;
}

function drawPlayhead(pen, view, theme, now) {
  const x = view.xOf(now);
  pen.fillStyle = theme.accent;
  pen.fillRect(x - 1, view.ruler - 8, 2, view.height);
  pen.beginPath();
  pen.moveTo(x - 6, view.ruler - 9);
  pen.lineTo(x + 6, view.ruler - 9);
  pen.lineTo(x, view.ruler);
  pen.fill();
}

/** Notes in their colour with a rim of `rim`, the colour of ink for what sounds. */
function drawLit(pen, view, theme, notes, rim) {
  const { part } = view.song;
  for (const i of notes) {
    pen.fillStyle = rim;
    drawNote(pen, view, i, 1.5);
    pen.fillStyle = theme.colourOf(part[i]);
    drawNote(pen, view, i, 0.5);
  }
}

/** The keys of the notes that sound, pressed. */
function drawPressed(pen, view, theme, notes) {
  const { pitch, part, drums } = view.song;
  for (const i of notes) {
    if (drums.has(part[i])) continue;
    pen.fillStyle = theme.colourOf(part[i]);
    const length = isBlack(pitch[i]) ? EBONY_LENGTH : KEYS - 1;
    pen.fillRect(0, view.yOf(pitch[i]), length, Math.max(view.row - 0.5, 2));
  }
}
