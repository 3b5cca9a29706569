// Elements made of text. Nothing here, or in any other file, makes markup of a string.

/** Make an element; attributes that begin with "on" are listeners, strings become text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Return the element with an id. */
export const byId = (id) => document.getElementById(id);

const GOLDEN_ANGLE = 137.508; // Of a circle: neighbours in a list get colours far apart
const known = new Map();

/** Remember labels in their order, so that each gets a colour of its own. */
export const learn = (labels) => labels.forEach((label) => known.set(label, known.get(label) ?? known.size));

/** Return a colour, as a hue, that a label always has. */
export function hue(label) {
  if (!known.has(label)) learn([label]);
  return Math.round(known.get(label) * GOLDEN_ANGLE) % 360;
}

/** Give an element the colour of a label. */
export function tint(element, label) {
  element.style.setProperty("--hue", hue(label));
  return element;
}

/** Return a stretch of a text; Python counts characters, JavaScript counts a rare one twice. */
export const stretch = (text, start, end) => Array.from(text).slice(start, end).join("");

/** Return how many characters a text has before a place in UTF-16 units. */
export const charactersBefore = (text, units) => Array.from(text.slice(0, units)).length;

/** Return a text as nodes, with its labelled spans in colour. */
export function coloured(text, spans) {
  const characters = Array.from(text), nodes = [];
  let at = 0;
  for (const { start, end, label, score } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    nodes.push(characters.slice(at, start).join(""));
    const title = score === undefined ? label : `${label} ${score.toFixed(2)}`;
    nodes.push(tint(make("mark", { title }, characters.slice(start, end).join("")), label));
    at = end;
  }
  nodes.push(characters.slice(at).join(""));
  return nodes;
}

/** Give the user a file. */
export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
