// The legend: a name in its colour for each instrument, with buttons to mute it and to hear it
// alone where it can be rendered alone.

const MIXING = { mute: ["M", "Mute"], solo: ["S", "Solo"] };

class Legend {
  constructor(list, press) {
    Object.assign(this, { list, press });
    this.buttons = { mute: [], solo: [] };
  }

  /** Made anew only where it is another one: a button that is being used keeps its focus. */
  show({ parts, drums, mixable, generatedFrom }, theme) {
    const colours = parts.map((_, part) => theme.colourOf(part));
    const shown = JSON.stringify([parts, colours, theme.prompt, mixable, generatedFrom > 0]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.buttons = { mute: [], solo: [] };
    const items = parts.map((name, part) => {
      const item = this.item(name, colours[part]);
      item.classList.toggle("gruve-player-drums", drums.has(part));
      if (mixable) item.append(this.mixing(name, part));
      return item;
    });
    if (generatedFrom) items.push(this.item("Prompt", theme.prompt));
    this.list.replaceChildren(...items);
  }

  item(name, colour) {
    const item = document.createElement("li");
    item.style.setProperty("--part", colour);
    const label = document.createElement("span");
    label.textContent = name;
    item.append(label);
    return item;
  }

  mixing(name, part) {
    const group = document.createElement("span");
    group.className = "gruve-player-mix";
    for (const [what, [letter, word]] of Object.entries(MIXING)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = letter;
      button.title = `${word} ${name}`;
      button.setAttribute("aria-label", `${word} ${name}`);
      button.addEventListener("click", () => this.press(what, part));
      this.buttons[what].push(button);
      group.append(button);
    }
    return group;
  }

  /** Shows which are pressed, and which instruments are being rendered. */
  state({ mute, solo }, missing) {
    for (const [what, chosen] of Object.entries({ mute, solo })) {
      this.buttons[what].forEach((button, part) => {
        button.setAttribute("aria-pressed", String(chosen.has(part)));
        button.toggleAttribute("aria-busy", missing.includes(part));
      });
    }
  }
}
