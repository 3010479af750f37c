// One gate of one layer as a heat map: its picture is drawn ahead, and put where the view is at
// every frame, with the values of the moment at the left.

const KEYS = 38; // width at the left, as the keyboard's beside the piano roll
const WIDEST = 8192; // pixels of a picture that is drawn ahead
const [LOWEST, HIGHEST] = [72, 160]; // pixels of a map
const A_UNIT = 4; // pixels of a unit, where there is room

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** A number as it is printed, with a minus rather than a hyphen. */
const printed = (number, digits) => number.toFixed(digits).replace("-", "−");

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = `gruve-gates-${className}`;
  made.textContent = text;
  return made;
}

/** 256 colours as pixels (little-endian RGBA), from the first stop to the last. */
function ramp(stops) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [256, 1];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const gradient = pen.createLinearGradient(0.5, 0, 255.5, 0);
  stops.forEach((stop, i) => gradient.addColorStop(i / (stops.length - 1), stop));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, 256, 1);
  return { canvas, pixels: new Uint32Array(pen.getImageData(0, 0, 256, 1).data.buffer) };
}

/** One gate of one layer: its picture, drawn ahead, and what is drawn over it every frame. */
class HeatMap {
  constructor(map, parent, units) {
    this.map = map;
    this.value = element("span", "value");
    this.scale = element("span", "scale");
    const head = element("div", "head");
    head.append(element("strong", "title", map.title), this.value, this.scale);
    this.frame = element("div", "frame");
    this.frame.style.height = `${clamp(units * A_UNIT, LOWEST, HIGHEST)}px`;
    this.pen = this.frame.appendChild(document.createElement("canvas")).getContext("2d");
    this.mark = this.frame.appendChild(element("div", "mark"));
    const whole = element("div", "map");
    whole.append(head, this.frame);
    parent.append(whole);
  }

  /** The number that a byte stands for. */
  number(byte) {
    return this.map.low + (byte / 255) * (this.map.high - this.map.low);
  }

  /** Draws all rows ahead, `density` pixels a second across and one a unit down. */
  draw(take, density, theme) {
    const { begins, units, order, rows } = take;
    const { canvas, pixels } = ramp(this.map.low < 0 ? theme.both : theme.rising);
    this.scale.replaceChildren(printed(this.map.low, 0), canvas, printed(this.map.high, 0));
    const [first, last] = [begins[0], begins[rows]];
    const width = clamp(Math.ceil((last - first) * density), 1, WIDEST);
    this.picture = document.createElement("canvas");
    [this.picture.width, this.picture.height] = [width, units];
    const pen = this.picture.getContext("2d");
    const image = pen.createImageData(width, units);
    const filled = new Uint32Array(image.data.buffer);
    const across = width / Math.max(last - first, 1e-6);
    for (let row = 0; row < rows; row++) {
      const from = Math.min(Math.round((begins[row] - first) * across), width - 1);
      const to = Math.max(Math.round((begins[row + 1] - first) * across), from + 1);
      for (let unit = 0; unit < units; unit++) {
        const colour = pixels[this.map.values[row * units + order[unit]]];
        filled.fill(colour, unit * width + from, unit * width + Math.min(to, width));
      }
    }
    pen.putImageData(image, 0, 0);
  }

  /** Puts the picture where the view is, and over it the moment, its values and the unit. */
  show(view, take, row, unit, theme) {
    const { clientWidth, clientHeight: height } = this.frame;
    const density = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(clientWidth * density), Math.round(height * density)];
    const { canvas } = this.pen;
    if (!this.picture) return;
    if (canvas.width !== wide || canvas.height !== high) {
      [canvas.width, canvas.height] = [wide, high];
    }
    const { pen } = this;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, clientWidth, height);
    pen.imageSmoothingEnabled = take.units > high;
    const { begins, rows, units, order } = take;
    const [left, right] = [view.xOf(begins[0]), view.xOf(begins[rows])];
    pen.save();
    pen.beginPath();
    pen.rect(KEYS, 0, clientWidth - KEYS, height);
    pen.clip();
    pen.drawImage(this.picture, left, 0, right - left, height);
    const thick = height / units;
    if (unit !== null) {
      pen.strokeStyle = theme.ink;
      pen.strokeRect(KEYS - 2, unit * thick - 1, clientWidth, Math.max(thick, 2) + 2);
    }
    pen.restore();
    const x = view.xOf(view.now);
    this.mark.hidden = x < KEYS;
    this.mark.style.transform = `translateX(${x.toFixed(2)}px)`;
    if (row < 0) return;
    const zero = this.map.low < 0 ? 127.5 : 0;
    const aByte = (KEYS - 3) / 255;
    for (let u = 0; u < units; u++) {
      const byte = this.map.values[row * units + order[u]];
      const [from, to] = [Math.min(zero, byte), Math.max(zero, byte)].map((b) => b * aByte);
      pen.fillStyle = u === unit ? theme.ink : theme.both.at(byte < zero ? 1 : -2);
      pen.fillRect(from, u * thick, Math.max(to - from, 0.5), Math.max(thick - (thick > 3), 0.5));
    }
    pen.fillStyle = theme.line;
    pen.fillRect(KEYS - 1, 0, 1, height);
  }

  /** What the moment says, in words. */
  say(take, row, unit) {
    const { units, order } = take;
    if (row < 0) {
      this.value.textContent = "";
      return "";
    }
    const own = this.map.values.subarray(row * units, (row + 1) * units);
    const mean = printed(this.number(own.reduce((sum, byte) => sum + byte, 0) / units), 2);
    const value = unit === null ? 0 : this.number(own[order[unit]]);
    const one = unit === null ? "" : `, unit ${order[unit] + 1}: ${printed(value, 2)}`;
    this.value.textContent = `${mean} on average${one}`;
    return `${this.map.title} ${this.value.textContent}`;
  }
}
