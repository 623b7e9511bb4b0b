// In: a practice that has ended. Out: what the strap saw of it, as soon as it is known, and small questions about how it is now; all can be
// passed over.

import { h } from "./dom.js";
import { heartSaid } from "./run.js";

export const FELT = [
  ["better", "Better"],
  ["same", "The same"],
  ["worse", "Worse"],
];

/** Chips of which one or none is pressed; `pressed(value or null)` each time. */
export function choices(options, pressed) {
  const box = h("div", { class: "chips" });
  for (const [value, label] of options) {
    const press = () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      for (const other of box.children) other.setAttribute("aria-pressed", "false");
      chip.setAttribute("aria-pressed", String(on));
      pressed(on ? value : null);
    };
    const chip = h("button", { class: "chip", type: "button", "aria-pressed": "false", on: { click: press } }, label);
    box.append(chip);
  }
  return box;
}

/** What the heart did in the practice with this number (or the promise of one); empty until it is known, and where there is nothing to say. */
export function heartLine(number, signal) {
  const line = h("p", { class: "soft heart-said", "aria-live": "polite" });
  Promise.resolve(number)
    .then((id) => heartSaid(id, signal))
    .then((sentence) => (line.textContent = sentence ?? ""));
  return line;
}

/** After a practice nobody offered. */
export const sayAfter = (kept, signal) => [
  heartLine(kept.id(), signal),
  h(
    "fieldset",
    { class: "after-felt" },
    h("legend", { class: "small soft" }, "How is it now, if you like to say?"),
    choices(FELT, (felt) => felt && kept.felt({ felt })),
  ),
];

/** A slider from 0 to 10 that says nothing until it is touched. `value()` is null until then. */
export function scale(label, id) {
  let said = null;
  const shown = h("output", { class: "tabular strong", for: id }, "");
  const slide = h("input", { type: "range", id, min: "0", max: "10", step: "1", value: "5", class: "untouched" });
  const touch = () => {
    said = Number(slide.value);
    slide.classList.remove("untouched");
    shown.textContent = slide.value;
  };
  for (const kind of ["input", "click"]) slide.addEventListener(kind, touch);
  const element = h(
    "div",
    { class: "scale" },
    h("label", { for: id }, label, " ", shown),
    slide,
    h("p", { class: "scale-ends small soft", "aria-hidden": "true" }, h("span", {}, "0, not at all"), h("span", {}, "10, as strong as it gets")),
  );
  return { element, value: () => said };
}
