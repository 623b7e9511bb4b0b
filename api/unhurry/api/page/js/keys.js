// In: keys pressed while no field has the focus. Out: the places and switches they stand for, and a list of them under "?".

import { h } from "./dom.js";
import { go } from "./router.js";
import { toggleNumbers } from "./preferences.js";
import { addressOf, practices, shortest } from "./content.js";

const PLACES = { n: "/", t: "/day/today", j: "/journal", p: "/practices", s: "/settings" };
const CHORD_MS = 1500;

const LIST = [
  [["g", "n"], "Now"],
  [["g", "t"], "Today"],
  [["g", "j"], "Journal"],
  [["g", "p"], "Practices"],
  [["g", "s"], "How Unhurry listens"],
  [["w"], "Write"],
  [["b"], "Three slow breaths"],
  [["h"], "Help"],
  [["q"], "Hide or show numbers"],
  [["←", "→"], "In the picture of a day: a minute, with Shift ten"],
  [["n", "p"], "In the picture: next moment, previous moment"],
  [["+", "−", "0"], "In the picture: closer, further, whole day"],
  [["Space", "Esc", "L"], "While breathing: pause, end, look around"],
  [["?"], "This list"],
];

export function keys() {
  let chord = 0;
  document.addEventListener("keydown", (press) => {
    if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return;
    if (press.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const key = press.key.toLowerCase();
    const after = performance.now() - chord < CHORD_MS;
    chord = 0;
    if (after && PLACES[key]) return take(press, () => go(PLACES[key]));
    if (document.body.classList.contains("full") && key !== "?") return;
    if (key === "g") chord = performance.now();
    else if (key === "w") take(press, () => go("/journal?write"));
    else if (key === "b") take(press, breathe);
    else if (key === "h") take(press, () => go("/help"));
    else if (key === "q") take(press, toggleNumbers);
    else if (key === "?") take(press, list);
  });
}

function take(press, act) {
  press.preventDefault();
  act();
}

async function breathe() {
  const breath = shortest(await practices().catch(() => []));
  if (breath) go(addressOf(breath));
}

function list() {
  const before = document.activeElement;
  const dialog = h(
    "dialog",
    { "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title", tabindex: "-1" }, "Keys"),
    h(
      "dl",
      { class: "keys" },
      ...LIST.flatMap(([names, text]) => [h("dt", {}, ...names.map((each) => h("kbd", {}, each))), h("dd", {}, text)]),
    ),
    h("form", { method: "dialog" }, h("button", { class: "btn less" }, "Close")),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("h2").focus();
}
