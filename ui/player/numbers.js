// Small things that every part of the player needs. The files of this folder are one module: they
// are put one after the other in the order that ui/player/__init__.py names.

const BLACK = [1, 3, 6, 8, 10];
const STEP_NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

const isBlack = (pitch) => BLACK.includes(pitch % 12);
const nameOf = (pitch) => `${STEP_NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** Minutes and seconds, as "1:05"; tenths where they are asked for. */
function clock(seconds, tenths = false) {
  const whole = Math.floor(seconds + 1e-6);
  const rest = tenths ? `.${Math.floor((seconds + 1e-6 - whole) * 10)}` : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${rest}`;
}

/** The first index in an ascending array whose value is above `limit`. */
function above(values, limit) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds listeners that all go when `signal` says so; several types are one string with spaces. */
function listener(signal) {
  return (target, types, act, options = {}) => {
    for (const type of types.split(" ")) target.addEventListener(type, act, { ...options, signal });
  };
}
