// The printed lines and their roles, and how they are corrected.
import { make } from "./dom.js";

/** Return the panel of the lines of a paper; it fills itself. */
export function linesPanel(app) {
  const out = make("div", {}, make("p", { class: "faint" }, "Reading …"));
  app.busy("Reading the lines …", async () => {
    const { results } = await app.paper.json("/lines");
    out.replaceChildren(...new Lines(app, results).parts());
  });
  return out;
}

class Lines {
  constructor(app, rows) {
    this.app = app;
    this.rows = rows;
    this.changed = new Map(); // Number of a line → its role
    this.ticks = new Map();
    this.told = make("span", { role: "status", class: "faint" });
  }

  parts() {
    const pages = new Map();
    for (const row of this.rows) {
      const page = row.page;
      pages.set(page, [...(pages.get(page) ?? []), row]);
    }
    const choice = make("select", { "aria-label": "Role" }, this.app.corrections.roles.map((role) => make("option", {}, role)));
    const saves = this.app.corrections.saves;
    const tools = make("div", { class: "row" }, choice,
      make("button", { type: "button", onclick: () => this.change(choice.value) }, "Role of the ticked lines"),
      make("button", { type: "button", class: "save", disabled: !saves, onclick: () => this.save() }, "Save"), this.told);
    return [make("p", { class: "faint" }, "Tick lines whose role is wrong; with Shift, all lines between. "
      + "What is saved is the whole paper, so look through all of it."), tools,
      ...[...pages].map(([page, rows]) => this.page(page, rows))];
  }

  page(page, rows) {
    const part = make("details", {}, make("summary", {}, `Page ${page}, ${rows.length} lines`));
    part.addEventListener("toggle", () => {
      if (part.open && !part.filled) {
        part.filled = true;
        part.append(...rows.map((row) => this.line(row)));
      }
      if (part.open) this.app.goToPage(page);
    });
    return part;
  }

  line(row) {
    const tick = make("input", { type: "checkbox" });
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && this.last !== undefined) this.between(this.last, row.number, tick.checked);
      this.last = row.number;
    });
    const line = make("label", { class: "line" }, tick, make("span", { class: "role" }, row.role), make("span", {}, row.text));
    this.ticks.set(row.number, { tick, line });
    return line;
  }

  between(a, b, checked) {
    for (let n = Math.min(a, b); n <= Math.max(a, b); n++) {
      const one = this.ticks.get(n);
      if (one) one.tick.checked = checked;
    }
  }

  change(role) {
    let n = 0;
    for (const [number, { tick, line }] of this.ticks) {
      if (!tick.checked) continue;
      this.changed.set(number, role);
      line.classList.add("changed");
      line.querySelector(".role").replaceChildren(role);
      tick.checked = false;
      n++;
    }
    this.told.replaceChildren(n ? `${n} lines are ${role} now.` : "Tick some lines first.");
  }

  async save() {
    try {
      const roles = Object.fromEntries(this.changed);
      await this.app.save("pages", { paper: this.app.paper.name, roles });
      this.told.replaceChildren("Saved.");
    } catch (e) {
      this.told.replaceChildren(e.message);
    }
  }
}
