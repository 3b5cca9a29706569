// A paper: its printed pages with boxes, and beside them what was found.
import { byId } from "./dom.js";
import { Pages } from "./pages.js";
import { Tabs, floats, overview } from "./panels.js";
import { References } from "./references.js";

/** Return what each box says when the mouse is over it. */
function titlesOf(doc) {
  const titles = { title: "title", abstract: "abstract" };
  doc.callouts.forEach((one, i) => (titles[`callout_${i}`] = `${one.text} → ${one.targets.join(", ") || "?"}`));
  doc.references.forEach((one, i) => (titles[`b${i}`] = one.text));
  doc.authors.forEach((one, i) => (titles[`author_${i}`] = one.name));
  return titles;
}

export class PaperView {
  /** @param app has `say`, `busy`, `paper`, `corrections` and `save` */
  constructor(app) {
    this.app = app;
    this.pages = new Pages((name) => this.pick(name));
    this.tabs = new Tabs(byId("tabs"), byId("panels"));
    this.references = new References(app);
    app.goTo = (name) => this.pages.goTo(name);
    app.goToPage = (number) => this.pages.goToPage(number);
  }

  /** Lay out the pages of a paper. */
  open(paper) {
    this.pages.open(paper);
  }

  /** Show what was found: `found` has the `document`, its `references` as records, and the sentences that cite (`cited`). */
  show(found, moreTabs = {}) {
    const doc = (this.doc = found.document);
    const labels = doc.references.map((one) => one.label);
    const options = { labels, cited: found.cited, callouts: doc.callouts };
    if (this.pages.figures?.length) this.pages.showBoxes(doc.boxes, titlesOf(doc));
    this.tabs.show({
      "Paper": () => overview(doc, this.app),
      "References": () => this.references.panel(found.references, options),
      "Figures and tables": () => floats(doc, this.app),
      ...moreTabs,
    });
    this.app.say(`${doc.pages} pages, ${doc.references.length} references, ${doc.callouts.length} call-outs.`);
  }

  /** Show what belongs to a box that was clicked. */
  pick(name) {
    this.pages.goTo(name);
    const callout = /^callout_(\d+)$/.exec(name);
    const target = callout ? this.doc.callouts[callout[1]].targets[0] ?? "" : name;
    if (/^b\d+$/.test(target)) {
      this.tabs.choose("References");
      this.references.open(Number(target.slice(1)));
    } else if (/^(fig|tab)_/.test(target)) this.tabs.choose("Figures and tables");
    else if (!callout) this.tabs.choose("Paper");
    if (callout && target) this.app.say(`“${this.doc.callouts[callout[1]].text}” points to ${target}.`);
  }

  close() {
    this.pages.close();
    this.tabs.show({});
  }
}
