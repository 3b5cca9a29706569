// The page: a paper or some references come in, and what was found in them is shown.
import { Paper, ask, askJson, sendJson, useKey } from "./client.js";
import { byId, learn } from "./dom.js";
import { linesPanel } from "./lines.js";
import { Pages } from "./pages.js";
import { Tabs, corrections, entities, exports, floats, overview, summary } from "./panels.js";
import { References } from "./references.js";

const app = {
  paper: null,
  corrections: { labels: [], roles: [], saves: false },
  formats: { documents: [], references: [] },

  /** Say something in the line at the top. */
  say(text, failed = false) {
    byId("status").replaceChildren(text);
    byId("status").classList.toggle("failed", failed);
  },

  /** Do something that takes a moment; say so, and say what went wrong. */
  async busy(text, work) {
    app.say(text);
    byId("progress").hidden = false;
    try {
      await work();
      if (byId("status").textContent === text) app.say("");
    } catch (e) {
      if (e.name === "AbortError") return;
      if (e.status === 401) byId("key-form").hidden = false;
      app.say(e.message, true);
    } finally {
      byId("progress").hidden = true;
    }
  },

  goTo: (name) => pages.goTo(name),
  goToPage: (number) => pages.goToPage(number),

  /** Take note of what is saved now. */
  corrected(state) {
    app.corrections = state;
    const tab = tabs.tabs.get("Corrections");
    if (tab) tab.fill = () => corrections(app);
  },
};

const pages = new Pages(pick);
const tabs = new Tabs(byId("tabs"), byId("panels"));
const references = new References(app);
let doc = null;

/** A box was clicked: show what belongs to it. */
function pick(name) {
  pages.goTo(name);
  const callout = /^callout_(\d+)$/.exec(name);
  const target = callout ? doc.callouts[callout[1]].targets[0] ?? "" : name;
  if (/^b\d+$/.test(target)) {
    tabs.choose("References");
    references.open(Number(target.slice(1)));
  } else if (/^(fig|tab)_/.test(target)) tabs.choose("Figures and tables");
  else if (!callout) tabs.choose("Paper");
  if (callout && target) app.say(`“${doc.callouts[callout[1]].text}” points to ${target}.`);
}

function titlesOf(found) {
  const titles = { title: "title", abstract: "abstract" };
  found.callouts.forEach((one, i) => (titles[`callout_${i}`] = `${one.text} → ${one.targets.join(", ") || "?"}`));
  found.references.forEach((one, i) => (titles[`b${i}`] = one.text));
  found.authors.forEach((one, i) => (titles[`author_${i}`] = one.name));
  return titles;
}

/** Show a paper: its pages at once, and what is found when it is read. */
async function openPaper(file) {
  app.paper?.leave();
  pages.close();
  tabs.show({});
  const paper = (app.paper = new Paper(file));
  await app.busy(`Sending ${file.name} …`, async () => {
    await prepare();
    await paper.send();
    document.body.classList.remove("no-paper");
    pages.open(paper);
    app.say(`Reading ${paper.pages.length} pages …`);
    const found = await paper.json("");
    if (app.paper === paper) showPaper(found, file.name);
  });
}

function showPaper(found, name) {
  doc = found.document;
  const labels = doc.references.map((one) => one.label);
  const options = { labels, cited: found.cited, callouts: doc.callouts };
  const write = (resource, format) => app.paper.ask(`/${resource}?format=${format}`);
  pages.showBoxes(doc.boxes, titlesOf(doc));
  tabs.show({
    "Paper": () => overview(doc, app),
    "References": () => references.panel(found.references, options),
    "Figures and tables": () => floats(doc, app),
    "Entities": () => entities(app),
    "Summary": () => summary(app),
    "Lines": () => linesPanel(app),
    "Export": () => exports(app.formats, name.replace(/\.pdf$/i, ""), write, app),
    "Corrections": () => corrections(app),
  });
  app.say(`${doc.pages} pages, ${doc.references.length} references, ${doc.callouts.length} call-outs.`);
}

/** Show references that were pasted. */
async function openTexts(texts) {
  app.paper?.leave();
  app.paper = null;
  pages.close();
  await app.busy(`Parsing ${texts.length} references …`, async () => {
    await prepare();
    const { results } = await sendJson("v1/references", { texts });
    const body = (format) => JSON.stringify({ texts, format });
    const write = (resource, format) =>
      ask(`v1/${resource}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: body(format) });
    document.body.classList.add("no-paper");
    tabs.show({
      "References": () => references.panel(results),
      "Export": () => exports({ references: app.formats.references }, "references", write, app),
      "Corrections": () => corrections(app),
    });
    app.say(`${results.length} references.`);
  });
}

/** Ask once which formats and labels there are. */
async function prepare() {
  if (app.corrections.labels.length) return;
  const described = await askJson("openapi.json");
  for (const resource of Object.keys(app.formats)) {
    const named = described.paths[`/v1/${resource}`].post.parameters.find((one) => one.name === "format");
    app.formats[resource] = named.schema.enum;
  }
  app.corrections = await askJson("v1/corrections");
  learn(app.corrections.labels);
}

let again = null; // What to do when the key is there

function open(work) {
  again = work;
  return work();
}

byId("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) open(() => openPaper(file));
  event.target.value = "";
});

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer.files;
  if (file) open(() => openPaper(file));
});

const dialog = byId("paste-dialog");
byId("paste").addEventListener("click", () => dialog.showModal());
byId("paste-cancel").addEventListener("click", () => dialog.close());
byId("paste-go").addEventListener("click", () => {
  const texts = byId("paste-text").value.split("\n").map((line) => line.trim()).filter(Boolean);
  dialog.close();
  if (texts.length) open(() => openTexts(texts));
});

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  useKey(byId("key").value);
  byId("key-form").hidden = true;
  again?.();
});

document.body.classList.add("no-paper");
document.body.dataset.ready = "true";
