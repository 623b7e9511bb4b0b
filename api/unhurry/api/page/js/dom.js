// In: names, properties, children. Out: elements. Text only ever becomes a text node: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `on` holds listeners, `data` data attributes, `class` the class; null, false and undefined are left out. */
export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/** An SVG element, made the same way. */
export const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/** Words that carry a number; they vanish when numbers are hidden. */
export const num = (...children) => h("span", { class: "num" }, ...children);

/** What is said in their place. */
export const word = (...children) => h("span", { class: "word" }, ...children);

export const hidden = (text) => h("span", { class: "vh" }, text);

/** A `<time>` that shows the hour and minute as they were written where they were lived. */
export const clock = (iso) => h("time", { datetime: iso }, iso.slice(11, 16));

/** Say something once to those who listen to the page. */
export function announce(text) {
  const region = document.getElementById("announce");
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
