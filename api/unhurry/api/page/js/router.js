// In: addresses. Out: the view that belongs to each, shown in <main>; links stay real links.

import { h } from "./dom.js";
import { Problem } from "./api.js";
import { icon } from "./icons.js";

const GHOST_MS = 400;
const routes = [];
let stop = new AbortController();
let onArrive = () => {};
let behind = 0;

/** Show `view` at addresses that match `pattern`; `view(place)` calls `place.show(…nodes)` and `name(title)`. */
export const route = (pattern, name, view, full = false) => routes.push({ pattern, name, view, full });

export function go(address, replace = false) {
  if (!replace) behind += 1;
  history[replace ? "replaceState" : "pushState"]({}, "", address);
  return arrive(true);
}

/** One step back within the page; to `otherwise` when it was opened here. */
export function back(otherwise) {
  if (behind > 0) history.back();
  else go(otherwise, true);
}

export function start(arrived) {
  onArrive = arrived;
  addEventListener("popstate", () => {
    behind = Math.max(0, behind - 1);
    arrive(true);
  });
  document.addEventListener("click", (click) => {
    const link = click.target.closest?.("a[href]");
    if (
      !link ||
      click.defaultPrevented ||
      click.button ||
      click.metaKey ||
      click.ctrlKey ||
      click.shiftKey ||
      click.altKey
    )
      return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (link.hash && link.pathname === location.pathname) return;
    click.preventDefault();
    go(link.href);
  });
  return arrive(false);
}

/** Put `title` in the window; neutral, because someone else may see it. */
export const name = (title) => (document.title = `${title} · Unhurry`);

async function arrive(focus) {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  const main = document.getElementById("main");
  const found = routes
    .map((each) => ({ ...each, match: each.pattern.exec(location.pathname) }))
    .find((each) => each.match) ?? { name: "nowhere", view: nowhere, full: false, match: [] };
  document.body.classList.toggle("full", found.full);
  document.body.dataset.place = found.name;
  onArrive(found.name);
  const show = (...nodes) => {
    clearTimeout(ghosts);
    if (!signal.aborted) main.replaceChildren(...nodes);
  };
  const ghosts = setTimeout(() => show(still()), GHOST_MS);
  const place = { show, signal, params: found.match.slice(1), search: new URLSearchParams(location.search) };
  try {
    await found.view(place);
  } catch (problem) {
    if (problem.name === "AbortError" || signal.aborted) return;
    show(...trouble(problem));
  } finally {
    clearTimeout(ghosts);
  }
  if (signal.aborted || !focus) return;
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

const still = () =>
  h("div", { class: "ghosts", "aria-hidden": "true" }, ...[1, 2, 3].map(() => h("div", { class: "ghost" })));

function trouble(problem) {
  if (!(problem instanceof Problem)) console.error(problem);
  const gone = problem.status === 404;
  const sentence =
    problem instanceof Problem ? problem.message : "Something here did not work. Nothing that was kept is touched.";
  name(gone ? "Not here" : "A moment");
  return [
    h("header", { class: "head" }, h("h1", {}, gone ? "There is nothing at this address" : "This could not be shown")),
    h("p", { class: "lede" }, sentence),
    h(
      "p",
      { class: "row" },
      gone ? null : h("button", { class: "btn", type: "button", on: { click: () => arrive(true) } }, "Try again"),
      h("a", { class: "link", href: "/" }, icon("left"), "Now"),
    ),
  ];
}

function nowhere() {
  throw new Problem(404, "The place may have been renamed, or what was here was forgotten on purpose.");
}
