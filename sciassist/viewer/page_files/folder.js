// Many papers at once: they are sent as jobs, some at a time, and listed when they are read.
import { ask, askJson } from "./client.js";
import { download, make } from "./dom.js";

const MOST_FILES = 20, MOST_BYTES = 30_000_000; // Of a job: what is sent at once stays small

/** Return the PDFs among what was dropped, also those in folders. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? (await Promise.all(entries.map(filesOf))).flat() : [...transfer.files];
  return files.length > 1 ? files.filter((file) => /\.pdf$/i.test(file.name)) : files;
}

/** Return the files of a file or folder. */
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader(), found = [];
  for (;;) { // A reader gives a hundred at a time
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return (await Promise.all(found.map(filesOf))).flat();
    found.push(...some);
  }
}

/** Return files in pieces of which each makes a job. */
export function pieces(files) {
  const all = [];
  let size = Infinity;
  for (const file of files) {
    size += file.size;
    if (size > MOST_BYTES || all.at(-1).length >= MOST_FILES) {
      all.push([]);
      size = file.size;
    }
    all.at(-1).push(file);
  }
  return all;
}

/** Call a function with each change of a job, until it is over. */
async function follow(name, told, signal) {
  const reader = (await ask(`v1/jobs/${name}/events`, { signal })).body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (text += value).split("\n\n");
    text = events.pop();
    for (const event of events) told(JSON.parse(event.replace(/^data: /, "")));
  }
}

export class Folder {
  /** @param open is called with a file that is to be shown */
  constructor(files, open) {
    this.files = files;
    this.open = open;
    this.rows = files.map((file) => ({ file }));
    this.leaving = new AbortController();
    this.bar = make("progress", { max: files.length, value: 0, "aria-label": "Papers that are read" });
    this.told = make("span", { role: "status", class: "faint" });
    this.list = make("tbody");
    this.stop = make("button", { type: "button", onclick: () => this.cancel() }, "Stop");
    this.save = make("button", { type: "button", disabled: true, onclick: () => this.saveAll() }, "Save as JSON Lines");
  }

  panel() {
    const titles = ["File", "Title", "References", "Warnings"].map((text) => make("th", { scope: "col" }, text));
    this.show();
    return make("div", {}, make("div", { class: "row" }, this.bar, this.told, this.stop, this.save),
      make("table", {}, make("thead", {}, make("tr", {}, titles)), this.list));
  }

  /** Send all files, piece by piece; what fails is said in its row. */
  async read() {
    let before = 0;
    for (const piece of pieces(this.files)) {
      if (this.leaving.signal.aborted) break;
      const rows = this.rows.slice(before, before + piece.length);
      try {
        await this.readPiece(piece, rows, before);
      } catch (e) {
        if (e.name === "AbortError") break;
        for (const row of rows) row.error ??= e.message;
      }
      before += piece.length;
      this.progress(before);
      this.show();
    }
    this.stop.hidden = true;
    this.save.disabled = !this.rows.some((row) => row.doc);
  }

  async readPiece(files, rows, before) {
    const { signal } = this.leaving, body = new FormData();
    for (const file of files) body.append("file", file, file.name);
    const { name } = await askJson("v1/jobs/documents", { method: "POST", body, signal });
    this.job = name;
    await follow(name, (state) => this.progress(before + state.done), signal);
    const { results } = await askJson(`v1/jobs/${name}/results`, { signal });
    results.forEach(({ result, error }, i) => {
      rows[i].doc = result;
      rows[i].error = error?.message;
    });
    await this.forget();
  }

  progress(done) {
    this.bar.value = done;
    this.told.replaceChildren(`${done} of ${this.files.length}`);
  }

  show() {
    this.list.replaceChildren(...this.rows.map(({ file, doc, error }) => make("tr", {},
      make("td", {}, make("button", { type: "button", class: "link", onclick: () => this.open(file) }, file.name)),
      error ? make("td", { colspan: 3, class: "low" }, error) : [make("td", {}, doc?.title ?? "…"),
        make("td", {}, doc ? String(doc.references.length) : ""), make("td", {}, doc ? doc.warnings.join(" ") : "")])));
  }

  saveAll() {
    const lines = this.rows.filter((row) => row.doc).map(({ file, doc }) => JSON.stringify({ ...doc, source: file.name }));
    download("papers.jsonl", new Blob([lines.join("\n") + "\n"]));
  }

  async forget() {
    const name = this.job;
    this.job = null;
    if (name) await ask(`v1/jobs/${name}`, { method: "DELETE" }).catch(() => {});
  }

  async cancel() {
    this.leaving.abort();
    await this.forget();
    this.told.replaceChildren("Stopped.");
    this.stop.hidden = true;
  }
}
