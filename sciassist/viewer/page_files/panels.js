// What was found in a paper, beside its pages.
import { coloured, download, make } from "./dom.js";

/** Tabs, of which one is shown; left and right go to the next, as everywhere. */
export class Tabs {
  constructor(list, panels) {
    this.list = list;
    this.panels = panels;
    this.tabs = new Map();
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const names = [...this.tabs.keys()];
      const at = (names.indexOf(this.chosen) + step + names.length) % names.length;
      this.choose(names[at]);
      this.tabs.get(names[at]).tab.focus();
    });
  }

  /** Show tabs; a panel is made when it is first chosen. */
  show(makers) {
    this.tabs.clear();
    for (const [name, fill] of Object.entries(makers)) {
      const id = name.toLowerCase().replaceAll(" ", "-");
      const tab = make("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}` }, name);
      tab.addEventListener("click", () => this.choose(name));
      const panel = make("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, hidden: true });
      this.tabs.set(name, { tab, panel, fill });
    }
    const all = [...this.tabs.values()];
    this.list.replaceChildren(...all.map(({ tab }) => tab));
    this.panels.replaceChildren(...all.map(({ panel }) => panel));
    if (all.length) this.choose(this.tabs.keys().next().value);
  }

  choose(name) {
    this.chosen = name;
    for (const [other, one] of this.tabs) {
      const chosen = other === name;
      one.tab.setAttribute("aria-selected", chosen);
      one.tab.tabIndex = chosen ? 0 : -1;
      one.panel.hidden = !chosen;
      if (chosen && one.fill) {
        one.panel.replaceChildren(one.fill());
        one.fill = null;
      }
    }
  }
}

const heading = (text) => make("h2", {}, text);

/** Return the panel that shows what a paper is and how it is built. */
export function overview(doc, app) {
  const go = (name, page) => () => app.goTo(name) || app.goToPage(page);
  const link = (text, name, page) => make("button", { type: "button", class: "link", onclick: go(name, page) }, text);
  const author = (one, i) => {
    const places = one.affiliations.map((n) => doc.affiliations[n]?.text).filter(Boolean);
    const more = [one.email, one.orcid, ...places].filter(Boolean).join("; ");
    return make("li", {}, link(one.name, `author_${i}`, 1), more ? make("div", { class: "faint" }, more) : null);
  };
  const facts = [["DOI", doc.doi], ["arXiv", doc.arxiv], ["In", doc.venue], ["Volume", doc.volume], ["Issue", doc.issue],
    ["Pages", doc.page_range], ["Licence", doc.licence], ["Language", doc.language], ["Keywords", doc.keywords.join("; ")],
    ...Object.entries(doc.dates)].filter(([, value]) => value);
  const sections = doc.sections.map((one, i) => make("li", { class: `level-${Math.min(one.level, 4)}` },
    link([one.number, one.heading || "(no heading)"].filter(Boolean).join(" "), `section_${i}/heading`, one.page),
    " ", make("span", { class: "faint" }, `page ${one.page}`)));
  return make("div", {},
    heading(doc.title || "(no title)"), doc.warnings.map((text) => make("p", { class: "warning" }, text)),
    make("ul", { class: "plain" }, doc.authors.map(author)),
    facts.length ? make("table", {}, facts.map(([name, value]) =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)))) : null,
    doc.abstract ? [heading("Abstract"), make("p", {}, doc.abstract)] : null,
    heading("Sections"), make("ul", { class: "plain" }, sections),
    doc.statements.length ? [heading("Statements"), doc.statements.map((one, i) =>
      make("p", {}, link(one.kind, `statement_${i}`, one.page), ": ", one.text))] : null);
}

/** Return the panel of figures and tables. */
export function floats(doc, app) {
  const cells = (table) => make("table", {}, table.rows.map((row) => make("tr", {}, row.map((cell) =>
    make(cell.heading ? "th" : "td", { colspan: cell.columns, rowspan: cell.rows }, cell.text)))));
  const item = (one) => make("section", {},
    make("h2", {}, make("button", { type: "button", class: "link", onclick: () => app.goTo(one.id) },
      one.label || one.id)),
    make("p", {}, one.caption), one.rows?.length ? cells(one) : null);
  return make("div", {}, [...doc.figures, ...doc.tables].map(item));
}

/** Return the panel that looks for entities when it is asked to. */
export function entities(app) {
  const models = ["scientific", "dataset-mentions", "tdmsci"].map((name) => make("option", {}, name));
  const model = make("select", { "aria-label": "Model" }, models);
  const out = make("div");
  const find = () => app.busy("Looking for entities …", async () => {
    const { results } = await app.paper.json(`/entities?model=${model.value}`);
    const counts = new Map();
    for (const span of results.flatMap((one) => one.spans)) counts.set(span.label, (counts.get(span.label) ?? 0) + 1);
    const told = [...counts].map(([label, n]) => [...coloured(label, [{ start: 0, end: label.length, label }]), ` ${n}  `]);
    const paragraphs = results.map((one) => [
      one.section ? make("h3", {}, one.section) : null, make("p", {}, coloured(one.text, one.spans))]);
    out.replaceChildren(make("p", {}, told.flat()), make("div", {}, paragraphs));
  });
  return make("div", {}, make("div", { class: "row" }, model,
    make("button", { type: "button", onclick: find }, "Find entities")), out);
}

/** Return the panel that summarizes when it is asked to. */
export function summary(app) {
  const count = make("input", { type: "number", min: 1, max: 50, value: 3, "aria-label": "Sentences" });
  const out = make("div");
  const write = () => app.busy("Summarizing …", async () => {
    const { results } = await app.paper.json(`/summaries?sentences=${encodeURIComponent(count.value)}`);
    const sentences = results[0].sentences.flat();
    out.replaceChildren(make("ol", {}, sentences.map((one) =>
      make("li", {}, one.text, " ", make("span", { class: "faint" }, one.section ?? "")))),
      ...results[0].notes.map((text) => make("p", { class: "warning" }, text)));
  });
  return make("div", {}, make("div", { class: "row" }, count, "sentences",
    make("button", { type: "button", onclick: write }, "Summarize")), out);
}

const ENDINGS = { markdown: "md", tei: "tei.xml", jats: "jats.xml", text: "txt", bibtex: "bib", biblatex: "bib" };

/** Return the panel that saves what was found; `ask` answers with a resource in a format. */
export function exports(formats, stem, ask, app) {
  const linked = () => app.busy("Writing the PDF …", async () => {
    download(`${stem}.linked.pdf`, await app.paper.linked());
    app.say("Saved with links.");
  });
  const pdf = make("button", { type: "button", "data-format": "pdf", onclick: linked }, "PDF with links");
  const save = (resource, format) => () => app.busy(`Writing ${format} …`, async () => {
    download(`${stem}.${ENDINGS[format] ?? format}`, await (await ask(resource, format)).blob());
    app.say(`Saved as ${format}.`);
  });
  return make("div", {}, Object.entries(formats).map(([resource, names]) => [
    heading(resource === "documents" ? "The paper" : "The references"),
    make("div", { class: "row" }, names.map((format) =>
      make("button", { type: "button", "data-format": format, onclick: save(resource, format) }, format)),
      resource === "documents" ? pdf : null)]));
}

/** Return the panel that says how many corrections there are, and how a model learns from them. */
export function corrections(app) {
  const { saves, counts, commands } = app.corrections;
  if (!saves) return make("p", {}, "To save corrections, start the server with ", make("code", {}, "--corrections FOLDER"), ".");
  return make("div", {}, Object.keys(counts).map((kind) => [heading(`${counts[kind]} corrected: ${kind}`),
    make("p", {}, make("code", {}, commands[kind]))]));
}
