// The printed pages, with a box around each piece that was found.
import { byId, learn, make, tint } from "./dom.js";

const KINDS = [
  ["title", /^title$/], ["abstract", /^abstract$/], ["author", /^author_/], ["heading", /\/heading$/],
  ["paragraph", /^section_\d+\/p_/], ["figure", /^fig_/], ["table", /^tab_/], ["equation", /^formula_/],
  ["note", /^(foot|end)_/], ["statement", /^statement_/], ["reference", /^b\d+$/], ["call-out", /^callout_/],
];
learn(KINDS.map(([kind]) => kind));
const QUIET = ["paragraph"]; // Not shown at first: they are under everything

/** Return the kind of a piece by its name. */
export const kindOf = (name) => KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";

export class Pages {
  /** @param pick is called with the name of a piece that is clicked */
  constructor(pick) {
    this.root = byId("pages");
    this.kinds = byId("kinds");
    this.pick = pick;
    this.addresses = [];
    this.pieces = new Map();
  }

  /** Lay out empty pages; each is drawn when it comes near. */
  open(paper) {
    this.close();
    const near = new IntersectionObserver((seen) => {
      for (const entry of seen.filter((one) => one.isIntersecting)) {
        near.unobserve(entry.target);
        this.draw(paper, entry.target);
      }
    }, { root: byId("printed"), rootMargin: "100% 0px" });
    this.near = near;
    this.figures = paper.pages.map(({ width, height }, i) => {
      const figure = make("figure", { class: "page", "data-page": i + 1 }, make("figcaption", {}, `page ${i + 1}`));
      figure.style.aspectRatio = `${width} / ${height}`;
      figure.size = { width, height };
      near.observe(figure);
      return figure;
    });
    this.root.replaceChildren(...this.figures);
  }

  async draw(paper, figure) {
    const pixels = Math.min(1800, Math.max(300, Math.round(figure.clientWidth * devicePixelRatio)));
    const number = figure.dataset.page;
    try {
      const address = await paper.image(number, pixels);
      if (!address) return;
      this.addresses.push(address);
      figure.prepend(make("img", { src: address, alt: `Page ${number} as it is printed` }));
    } catch (e) {
      if (e.name === "AbortError") return;
      if (e.status === 503) setTimeout(() => this.draw(paper, figure), 2000);
      else figure.append(make("p", {}, e.message));
    }
  }

  /** Show a box for each place of each piece. */
  showBoxes(boxes, titles = {}) {
    this.clearBoxes();
    const shown = new Set();
    const entries = Object.entries(boxes).sort(([a], [b]) => rank(a) - rank(b));
    for (const [name, places] of entries) {
      const kind = kindOf(name);
      shown.add(kind);
      this.pieces.set(name, places.map((place) => this.addBox(place, kind, name, titles[name] ?? name)));
    }
    this.showKinds(KINDS.map(([kind]) => kind).filter((kind) => shown.has(kind)));
  }

  addBox(place, kind, name, title) {
    const figure = this.figures[place.page - 1];
    const box = tint(make("div", { class: "box", "data-kind": kind, "data-name": name, title }), kind);
    box.addEventListener("click", () => this.pick(name));
    if (!figure) return box;
    const { width, height } = figure.size;
    box.style.left = `${(100 * place.x0) / width}%`;
    box.style.top = `${(100 * place.y0) / height}%`;
    box.style.width = `${(100 * (place.x1 - place.x0)) / width}%`;
    box.style.height = `${(100 * (place.y1 - place.y0)) / height}%`;
    figure.append(box);
    return box;
  }

  clearBoxes() {
    for (const box of this.root.querySelectorAll(".box")) box.remove();
    this.pieces.clear();
  }

  showKinds(kinds) {
    const choices = kinds.map((kind) => {
      const tick = make("input", { type: "checkbox", checked: !QUIET.includes(kind) });
      const turn = () => {
        for (const box of this.root.querySelectorAll(`.box[data-kind="${kind}"]`)) box.hidden = !tick.checked;
      };
      tick.addEventListener("change", turn);
      turn();
      return make("label", {}, tick, " ", tint(make("span", { class: "swatch" }), kind), " ", kind);
    });
    this.kinds.replaceChildren(...choices);
    this.kinds.hidden = !kinds.length;
  }

  /** Bring a piece into view; return whether it has a box. */
  goTo(name) {
    for (const box of this.root.querySelectorAll(".box.picked")) box.classList.remove("picked");
    const boxes = this.pieces.get(name) ?? [];
    for (const box of boxes) {
      box.classList.add("picked");
      box.hidden = false;
    }
    boxes[0]?.scrollIntoView({ block: "center" });
    return boxes.length > 0;
  }

  goToPage(number) {
    this.figures?.[number - 1]?.scrollIntoView({ block: "start" });
  }

  close() {
    this.near?.disconnect();
    for (const address of this.addresses) URL.revokeObjectURL(address);
    this.addresses = [];
    this.clearBoxes();
    this.root.replaceChildren();
    this.kinds.hidden = true;
  }
}

const rank = (name) => KINDS.findIndex(([, pattern]) => pattern.test(name)) - (kindOf(name) === "paragraph" ? 99 : 0);
