// In: where the page is, the status, an offer that waits. Out: rail, top bar and tabs around <main>.

import { h, num, word } from "./dom.js";
import { hills, icon } from "./icons.js";
import { currentStatus, inTouch, listen } from "./live.js";
import { darkNow, numbersShown, onPreference, toggleNumbers, toggleTheme } from "./preferences.js";
import { standing } from "./offer.js";
import { strapLine } from "./states.js";
import { LOST } from "./api.js";

const PLACES = [
  { name: "now", href: "/", label: "Now", icon: "now" },
  { name: "day", href: "/day/today", label: "Today", icon: "day" },
  { name: "journal", href: "/journal", label: "Journal", icon: "journal" },
  { name: "practices", href: "/practices", label: "Practices", icon: "waves" },
];

let here = "";
let last = "";

export function shell() {
  onPreference(() => draw(true));
  listen("status", () => draw());
  listen("prompt", () => draw());
  listen("touch", () => sayLost());
  draw(true);
}

export function arrived(name) {
  here = name === "event" ? "day" : name;
  draw(true);
  sayLost();
}

/** Drawn again only when something it shows has changed, so that focus in it survives the clock. */
function draw(force = false) {
  const status = currentStatus();
  const offer = here === "now" ? null : standing();
  const strap = status ? strapLine(status) : null;
  const shown = JSON.stringify([here, strap, status?.simulated, offer?.id]);
  if (!force && shown === last) return;
  last = shown;
  const rail = document.getElementById("rail");
  const again = document.activeElement?.dataset?.part;
  rail.replaceChildren(
    mark(),
    h("div", { class: "places" }, ...PLACES.map(place)),
    offer ? waiting(offer) : "",
    h(
      "div",
      { class: "rail-foot" },
      listens(),
      help("place"),
      numbersButton("place"),
      themeButton("place"),
      strap ? h("p", { class: "strap" }, icon("strap"), h("span", {}, strap.say, battery(strap.battery))) : null,
      status?.simulated ? simulated() : null,
    ),
  );
  document
    .getElementById("top")
    .replaceChildren(
      mark(status?.simulated),
      status?.simulated ? simulated() : "",
      help("help"),
      numbersButton("icon-btn"),
      themeButton("icon-btn"),
    );
  document.getElementById("tabs").replaceChildren(offer ? waiting(offer) : "", ...PLACES.map(place));
  if (again) rail.querySelector(`[data-part="${again}"]`)?.focus();
}

const mark = (alone = false) =>
  h(
    "a",
    { class: alone ? "mark with-pill" : "mark", href: "/", "aria-label": "Unhurry, now" },
    hills(),
    h("span", {}, "unhurry"),
  );

const place = (it) =>
  h(
    "a",
    { class: "place", href: it.href, "aria-current": it.name === here ? "page" : null, data: { part: it.name } },
    icon(it.icon),
    h("span", {}, it.label),
  );

const listens = () => place({ name: "settings", href: "/settings", label: "How it listens", icon: "sliders" });

const help = (look) =>
  h(
    "a",
    {
      class: look,
      href: "/help",
      "aria-current": look === "place" && here === "help" ? "page" : null,
      data: { part: "help" },
    },
    icon("help"),
    h("span", {}, "Help"),
  );

const button = (look, part, picture, label, act) =>
  h(
    "button",
    { class: look, type: "button", data: { part }, "aria-label": look === "place" ? null : label, on: { click: act } },
    icon(picture),
    look === "place" ? h("span", {}, label) : null,
  );

const numbersButton = (look) =>
  button(
    look,
    "numbers",
    numbersShown() ? "eye" : "eyeshut",
    numbersShown() ? "Hide numbers" : "Show numbers",
    toggleNumbers,
  );

const themeButton = (look) =>
  button(look, "theme", darkNow() ? "sun" : "moon", darkNow() ? "Light colours" : "Dark colours", toggleTheme);

const LOW_PERCENT = 15;
const battery = (percent) =>
  percent === null
    ? null
    : h(
        "span",
        { class: "quiet" },
        num(`Battery ${percent} %`),
        word(percent <= LOW_PERCENT ? "Battery low" : "Battery fine"),
      );

const simulated = () => h("span", { class: "pill simulated" }, icon("leaf"), "Simulated day");

const waiting = (offer) =>
  h("a", { class: "waiting", href: "/" }, icon("hill"), h("span", {}, `${offer.shown.slice(11, 16)} · ${offer.title}`));

function sayLost() {
  const main = document.getElementById("main");
  document.querySelector(".lost")?.remove();
  if (!inTouch()) main.before(h("p", { class: "lost", role: "status" }, LOST));
}
