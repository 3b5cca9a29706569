// The list of references: what was found in each, who cites it, and how it is corrected.
import { coloured, charactersBefore, make, stretch } from "./dom.js";

const LOW = 0.5; // Scores below are shown as doubtful

/** Return spans in which a stretch has a label, or none; what it covers of others is cut off. */
export function relabel(spans, start, end, label) {
  const kept = label ? [{ start, end, label }] : [];
  for (const span of spans) {
    const { score, ...rest } = span;
    if (span.end <= start || span.start >= end) kept.push(span);
    else {
      kept.push({ ...rest, end: start }, { ...rest, start: end });
    }
  }
  return kept.filter((span) => span.start < span.end).sort((a, b) => a.start - b.start);
}

/** Return a stretch without the white space at its ends. */
export function trimmed(text, start, end) {
  const characters = Array.from(text);
  while (start < end && !characters[start].trim()) start++;
  while (start < end && !characters[end - 1].trim()) end--;
  return [start, end];
}

const scoreOf = (score) => make("span", { class: score < LOW ? "score low" : "score" }, score.toFixed(2));

export class References {
  /** @param app has `corrections` (what can be saved), `save`, `goTo` and `say` */
  constructor(app) {
    this.app = app;
    this.entries = [];
  }

  /** Return the panel of some parsed references. */
  panel(records, { labels = [], cited = {}, callouts = [] } = {}) {
    this.entries = records.map((record, i) => this.entry(record, i, labels[i], cited[`b${i}`] ?? [], callouts));
    const doubtful = records.filter((record) => record.score < LOW).length;
    const told = doubtful ? `${records.length} references, ${doubtful} of them doubtful` : `${records.length} references`;
    return make("div", {}, make("p", { class: "faint" }, told), this.entries);
  }

  entry(record, i, label, contexts, callouts) {
    const text = make("span", {}, coloured(record.text, record.spans));
    const score = record.score === undefined ? null : scoreOf(record.score);
    const head = make("summary", {}, `[${label || i + 1}] `, text, " ", score);
    const entry = make("details", { id: `reference-${i}` }, head);
    entry.addEventListener("toggle", () => {
      if (entry.open && !entry.filled) {
        entry.filled = true;
        entry.append(this.fields(record), this.contexts(i, contexts, callouts));
        if (this.app.corrections.labels.length) entry.append(this.editor(record, text));
      }
    });
    return entry;
  }

  fields(record) {
    const rows = record.spans.map((span) => make("tr", {},
      make("th", { scope: "row" }, span.label), make("td", {}, stretch(record.text, span.start, span.end)),
      make("td", {}, span.score === undefined ? "" : scoreOf(span.score))));
    const type = record.type ? make("p", { class: "faint" }, `Type: ${record.type}`) : null;
    return make("div", {}, make("table", {}, rows), type);
  }

  contexts(i, contexts, callouts) {
    const entry = `b${i}`;
    const item = (context) => {
      const at = callouts.findIndex((callout) =>
        callout.targets.includes(entry) && callout.start >= context.start && callout.start < context.end);
      const go = () => (at >= 0 ? this.app.goTo(`callout_${at}`) : this.app.goToPage(context.page));
      return make("li", {}, context.text, " ",
        make("button", { type: "button", class: "link", onclick: go }, `page ${context.page}`));
    };
    const show = () => this.app.goTo(entry) || this.app.say("This reference has no box.");
    const place = this.app.paper ? make("button", { type: "button", onclick: show }, "Show on the page") : null;
    const list = contexts.length ? [make("h3", {}, "Cited here"), make("ul", {}, contexts.map(item))] : null;
    return make("div", {}, place, list);
  }

  /** Return the form that corrects a reference: select some of the text, choose a label. */
  editor(record, shown) {
    const area = make("textarea", { readonly: true, rows: 3, "aria-label": "Text; select some of it" });
    area.value = record.text;
    const labels = this.app.corrections.labels.map((label) => make("option", {}, label));
    const choice = make("select", { "aria-label": "Label" }, labels);
    const told = make("span", { role: "status", class: "faint" });
    const preview = make("p", {}, coloured(record.text, record.spans));
    const show = () => [shown, preview].forEach((one) => one.replaceChildren(...coloured(record.text, spans)));
    let spans = record.spans;
    const change = (label) => {
      const ends = [area.selectionStart, area.selectionEnd].map((units) => charactersBefore(record.text, units));
      const [start, end] = trimmed(record.text, ...ends);
      if (start === end) {
        told.replaceChildren("Select some of the text first.");
        return;
      }
      spans = relabel(spans, start, end, label);
      show();
      told.replaceChildren(`“${stretch(record.text, start, end)}” is ${label || "nothing"} now.`);
    };
    const undo = () => {
      spans = record.spans;
      show();
      told.replaceChildren("As the model found it.");
    };
    const save = async () => {
      try {
        const value = { text: record.text, spans, found: record.spans };
        await this.app.save("references", value);
        told.replaceChildren("Saved.");
      } catch (e) {
        told.replaceChildren(e.message);
      }
    };
    const saves = this.app.corrections.saves;
    const why = saves ? null : make("p", { class: "faint" },
      "To save corrections, start the server with ", make("code", {}, "--corrections FOLDER"), ".");
    return make("details", {}, make("summary", {}, "Correct"), preview, area,
      make("div", { class: "row" }, choice,
        make("button", { type: "button", onclick: () => change(choice.value) }, "Label the selection"),
        make("button", { type: "button", onclick: () => change("") }, "No label"),
        make("button", { type: "button", onclick: undo }, "Undo"),
        make("button", { type: "button", onclick: save, disabled: !saves, class: "save" }, "Save")),
      told, why);
  }

  /** Open an entry and bring it into view. */
  open(i) {
    for (const entry of this.entries) entry.classList.remove("picked");
    const entry = this.entries[i];
    if (!entry) return;
    entry.open = true;
    entry.classList.add("picked");
    entry.scrollIntoView({ block: "nearest" });
  }
}
