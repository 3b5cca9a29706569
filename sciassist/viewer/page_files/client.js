// What the page asks the server.

/** An answer that is an error, with its status and the server's words. */
export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let key = sessionStorage.getItem("key") ?? "";

/** Remember the key of the server for as long as the window is open. */
export function useKey(given) {
  key = given;
  sessionStorage.setItem("key", given);
}

/** Ask for an address; return the answer, or throw the `Failure` that says what is wrong. */
export async function ask(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key) headers.set("X-API-Key", key);
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Failure(0, "the server does not answer");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Failure(answer.status, told.error?.message ?? `the server answers ${answer.status}`);
}

/** Ask for JSON. */
export const askJson = async (path, options) => (await ask(path, options)).json();

/** Send JSON, ask for JSON. */
export const sendJson = (path, value) =>
  askJson(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/** A paper that the server keeps for us; it is sent again when it was forgotten. */
export class Paper {
  constructor(file) {
    this.file = file;
    this.leaving = new AbortController();
  }

  async send() {
    const options = { method: "POST", headers: { "Content-Type": "application/pdf" }, body: this.file };
    const kept = await askJson("v1/papers", { ...options, signal: this.leaving.signal });
    this.name = kept.name;
    this.pages = kept.pages;
    return this;
  }

  async ask(path) {
    const at = () => `v1/papers/${this.name}${path}`;
    const options = { signal: this.leaving.signal };
    try {
      return await ask(at(), options);
    } catch (e) {
      if (e.status !== 404) throw e;
      await (this.again ??= this.send().finally(() => (this.again = null)));
      return ask(at(), options);
    }
  }

  async json(path) {
    return (await this.ask(path)).json();
  }

  /** Return the address of the image of a page. */
  async image(number, pixels) {
    return URL.createObjectURL(await (await this.ask(`/pages/${number}?width=${pixels}`)).blob());
  }

  /** Return the paper with links from call-outs to entries. */
  async linked() {
    const body = new FormData();
    body.append("input", this.file);
    return (await ask("api/annotatePDF", { method: "POST", body, signal: this.leaving.signal })).blob();
  }

  leave() {
    this.leaving.abort();
    if (this.name) ask(`v1/papers/${this.name}`, { method: "DELETE" }).catch(() => {});
  }
}
