// The page: a paper or some references come in, and what was found in them is shown.
import { Paper, ask, askJson, sendJson, useKey } from "./client.js";
import { byId, learn } from "./dom.js";
import { Folder, droppedFiles } from "./folder.js";
import { linesPanel } from "./lines.js";
import { corrections, entities, exports, summary } from "./panels.js";
import { PaperView } from "./paper_view.js";

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

  /** Save a correction. */
  async save(kind, value) {
    app.corrections = await sendJson(`v1/corrections/${kind}`, value);
    const tab = view.tabs.tabs.get("Corrections");
    if (tab) tab.fill = () => corrections(app);
  },
};

const view = new PaperView(app);

/** Show a paper: its pages at once, and what is found when it is read. */
async function openPaper(file) {
  app.paper?.leave();
  view.close();
  const paper = (app.paper = new Paper(file));
  await app.busy(`Sending ${file.name} …`, async () => {
    await prepare();
    await paper.send();
    document.body.classList.remove("no-paper");
    view.open(paper);
    app.say(`Reading ${paper.pages.length} pages …`);
    const found = await paper.json("");
    if (app.paper === paper) showPaper(found, file.name);
  });
}

function showPaper(found, name) {
  const write = (resource, format) => app.paper.ask(`/${resource}?format=${format}`);
  view.show(found, {
    ...(app.folder ? { "All papers": () => app.folder.panel() } : {}),
    "Entities": () => entities(app),
    "Summary": () => summary(app),
    "Lines": () => linesPanel(app),
    "Export": () => exports(app.formats, name.replace(/\.pdf$/i, ""), write, app),
    "Corrections": () => corrections(app),
  });
}

/** Read many papers, and list them; each can be opened. */
async function openFolder(files) {
  app.paper?.leave();
  app.paper = null;
  view.close();
  app.folder = new Folder(files, (file) => open(() => openPaper(file)));
  document.body.classList.add("no-paper");
  view.tabs.show({ "All papers": () => app.folder.panel() });
  await app.busy(`Reading ${files.length} papers …`, () => app.folder.read());
}

/** Open what was chosen or dropped: a paper, or several. */
function openFiles(files) {
  if (files.length > 1) return open(() => openFolder(files));
  app.folder?.cancel();
  app.folder = null;
  if (files.length) open(() => openPaper(files[0]));
}

/** Show references that were pasted. */
async function openTexts(texts) {
  app.paper?.leave();
  app.paper = null;
  view.close();
  await app.busy(`Parsing ${texts.length} references …`, async () => {
    await prepare();
    const { results } = await sendJson("v1/references", { texts });
    const body = (format) => JSON.stringify({ texts, format });
    const write = (resource, format) =>
      ask(`v1/${resource}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: body(format) });
    document.body.classList.add("no-paper");
    view.tabs.show({
      "References": () => view.references.panel(results),
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
  openFiles([...event.target.files]);
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
  droppedFiles(event.dataTransfer).then(openFiles);
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
