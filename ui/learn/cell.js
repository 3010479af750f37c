// The drawing of a GRU step with the numbers of one: each box has its number and a bar, and the two
// ways into the new state are as wide as what flows there. ui/learn/cell_drawing.py says what data
// holds. Streamlit calls the default export on every change of data or theme.

const WIDEST = 12; // pixels of the drawing, where all that is new comes from one side
const MARGIN = { note: 8, old: 8, update: 22, reset: 22, candidate: 12, new: 12 };

function signed(number) {
  return number.toFixed(2).replace("-", "−");
}

/** The bar of a box: from the left for a gate, from the middle for what may be negative. */
function fill(bar, name, value, room, isGate) {
  const left = MARGIN[name];
  const whole = room - 2 * left;
  const share = Math.max(-1, Math.min(1, value));
  const from = isGate ? left : left + (whole / 2) * (1 + Math.min(0, share));
  bar.setAttribute("x", from);
  bar.setAttribute("width", isGate ? whole * share : (whole / 2) * Math.abs(share));
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".gruve-cell");
  for (const box of root.querySelectorAll("[data-box]")) {
    const name = box.dataset.box;
    const value = data.numbers[name];
    const room = Number(box.querySelector(".gruve-cell-box").getAttribute("width"));
    const isGate = box.classList.contains("gruve-cell-gate");
    const bar = box.querySelector(".gruve-cell-bar");
    box.querySelector(".gruve-cell-number").textContent =
      value === null ? data.note : signed(value);
    if (value === null) bar.setAttribute("width", 0);
    else fill(bar, name, value, room, isGate);
  }
  for (const flow of root.querySelectorAll("[data-flow]")) {
    flow.setAttribute("stroke-width", Math.max(0.75, WIDEST * data.flows[flow.dataset.flow]));
  }
  for (const share of root.querySelectorAll("[data-share]")) {
    share.textContent = data.shares[share.dataset.share];
  }
  root.querySelector("svg").setAttribute("aria-label", data.words);
  root.querySelector("figcaption").textContent = data.words;
}
