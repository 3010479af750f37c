// What lies still in the piano roll: staff, ruler, notes, keyboard, surprise. Each function draws
// one of them with a pen (a canvas context) on a view (view.js) in the colours of the theme.

const EBONY_LENGTH = 17; // of a black key
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600]; // seconds between two ruler labels

/** One note in the pen's colour, `grown` pixels larger on every side. */
function drawNote(pen, view, i, grown) {
  const [x, top, width, tall] = view.boxOf(i);
  const [y, height] = [top - grown, tall + 2 * grown];
  if (!width) {
    const size = clamp(tall, 6, 10) / 2 + grown;
    const middle = y + height / 2;
    pen.beginPath();
    for (const [dx, dy] of [[0, -size], [size, 0], [0, size], [-size, 0]]) {
      pen.lineTo(x + dx, middle + dy);
    }
    pen.fill();
  } else if (width + 2 * grown < 4) {
    pen.fillRect(x - grown, y, width + 2 * grown, height);
  } else {
    pen.beginPath();
    pen.roundRect(x - grown, y, width + 2 * grown, height, Math.min(2.5, height / 3, width / 3));
    pen.fill();
  }
}

function drawNotes(pen, view, theme, silent) {
  const { velocity, part, onset, generatedFrom } = view.song;
  const [first, last] = view.inView;
  for (let i = first; i < last; i++) {
    // Louder is denser; what is muted is a shadow.
    pen.globalAlpha = silent.has(part[i]) ? 0.12 : 0.4 + (0.6 * velocity[i]) / 127;
    pen.fillStyle = onset[i] < generatedFrom ? theme.prompt : theme.colourOf(part[i]);
    drawNote(pen, view, i, 0);
  }
  pen.globalAlpha = 1;
}

function drawStaff(pen, view, theme) {
  pen.fillStyle = theme.ink;
  for (let pitch = view.low; pitch <= view.high; pitch++) {
    if (isBlack(pitch)) {
      pen.globalAlpha = 0.035;
      pen.fillRect(KEYS, view.yOf(pitch), view.room, view.row);
    } else if (pitch % 12 === 0) {
      pen.globalAlpha = 0.2;
      pen.fillRect(KEYS, Math.round(view.yOf(pitch) + view.row) - 0.5, view.room, 1);
    }
  }
  pen.globalAlpha = 1;
}

function drawTime(pen, view, theme) {
  pen.font = theme.font;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = theme.ink;
  const step = STEPS.find((s) => (s / view.span) * view.room > 60) ?? 1200;
  const end = view.start + view.span;
  for (let k = Math.ceil(view.start / step); k * step <= end; k++) {
    const x = Math.round(view.xOf(k * step));
    pen.globalAlpha = 0.35;
    pen.fillRect(x, view.ruler - 6, 1, 6);
    pen.globalAlpha = 0.7;
    pen.fillText(clock(k * step, step < 1), x + 4, view.ruler / 2 - 1);
  }
  const { bars } = view.song;
  const [from, to] = [above(bars, view.start), above(bars, end)];
  pen.globalAlpha = clamp((view.room / (to - from + 1) - 6) / 300, 0, 0.1); // fewer, clearer
  for (let k = from; k < to; k++) {
    pen.fillRect(Math.round(view.xOf(bars[k])), view.ruler, 1, view.height - view.ruler);
  }
  pen.globalAlpha = 0.2;
  pen.fillRect(0, view.ruler - 0.5, view.width, 1);
  pen.globalAlpha = 1;
}

/** Where the prompt ends and the network's own music begins. */
function drawPrompt(pen, view, theme) {
  const x = Math.round(view.xOf(view.song.generatedFrom));
  if (!view.song.generatedFrom || x < KEYS) return;
  pen.fillStyle = theme.ink;
  pen.globalAlpha = 0.05;
  pen.fillRect(KEYS, view.ruler, Math.min(x - KEYS, view.room), view.height - view.ruler);
  pen.globalAlpha = 0.6;
  for (let y = view.ruler; y < view.height; y += 6) pen.fillRect(x, y, 1, 3);
  pen.globalAlpha = 1;
}

/** A bar a note, as high as the network was surprised by it, on the scale of the largest. */
function drawSurprise(pen, view, theme) {
  const { surprise, onset, part, generatedFrom } = view.song;
  if (!surprise) return;
  const [top, tall] = [view.floor, LANE - 6];
  const most = surprise.reduce((a, b) => (b > a ? b : a), 1e-6);
  pen.fillStyle = theme.ink;
  pen.globalAlpha = 0.2;
  pen.fillRect(0, top + 0.5, view.width, 1);
  const width = clamp((view.room / view.span) * 0.06, 1.5, 5);
  const [first, last] = view.inView;
  pen.globalAlpha = 0.85;
  let beside = 0;
  for (let i = first; i < last; i++) {
    // The notes of a chord stand side by side.
    beside = i > first && onset[i] === onset[i - 1] ? beside + width + 0.5 : 0;
    const x = view.xOf(onset[i]) + beside;
    if (x < KEYS || !(surprise[i] > 0)) continue;
    const height = Math.max((surprise[i] / most) * tall, 1);
    pen.fillStyle = onset[i] < generatedFrom ? theme.prompt : theme.colourOf(part[i]);
    pen.fillRect(x, view.height - height, width, height);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = theme.paper;
  pen.fillRect(0, top + 1.5, KEYS - 1, LANE);
  pen.fillStyle = theme.ink;
  pen.globalAlpha = 0.7;
  pen.font = theme.font;
  pen.textAlign = "right";
  pen.fillText(most.toFixed(1), KEYS - 5, top + 11);
  pen.fillText("nats", KEYS - 5, view.height - 9);
  pen.globalAlpha = 1;
}

function drawKeys(pen, view, theme) {
  pen.fillStyle = theme.paper;
  pen.fillRect(0, view.ruler, KEYS, view.floor - view.ruler);
  pen.globalAlpha = 0.85;
  pen.fillStyle = theme.ivory;
  pen.fillRect(0, view.ruler, KEYS - 1, view.floor - view.ruler);
  pen.fillStyle = theme.ebony;
  pen.globalAlpha = 1;
  for (let pitch = view.low; pitch <= view.high; pitch++) {
    const y = view.yOf(pitch);
    if (isBlack(pitch)) pen.fillRect(0, y, EBONY_LENGTH, view.row);
    // White keys meet behind the middle of a black one, or at the lower edge of C and F.
    else if (pitch % 12 !== 0 && pitch % 12 !== 5) continue;
    pen.globalAlpha = 0.3;
    pen.fillRect(0, isBlack(pitch) ? y + view.row / 2 : y + view.row, KEYS - 1, 0.5);
    pen.globalAlpha = 1;
  }
  pen.fillStyle = theme.label;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  pen.font = theme.font;
  for (let pitch = Math.ceil(view.low / 12) * 12; pitch <= view.high; pitch += 12) {
    const middle = view.yOf(pitch) + view.row / 2;
    pen.fillText(nameOf(pitch), KEYS - 4, Math.min(middle, view.floor - 6));
  }
}
