// In: a practice's name in the address (and the offer it answers). Out: that practice, full screen: End on the left, Help on the right.

import { askAfter } from "./after.js";
import { Problem, send } from "./api.js";
import { addressOf, changed, outward, practices } from "./content.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { answer, answeredHere } from "./offer.js";
import { finder, FINDER } from "./finder.js";
import { pacer } from "./pacer.js";
import { about } from "./practices.js";
import { back, go, name } from "./router.js";
import { keepRun } from "./run.js";
import { stepper } from "./steps.js";
import { sayAfter } from "./felt.js";

/** Whoever ends sooner has not practised; they are not asked how it was. */
const ASKED_AFTER_S = 15;
/** Whoever only looks in has not begun. */
const BEGUN_AFTER_MS = 5000;

export async function practise({ show, signal, params: [wanted], search }) {
  const all = await practices();
  const practice = wanted === "outward" ? outward(all) : all.find((each) => each.name === wanted);
  if (!practice) throw new Problem(404, "There is no practice of this name. It may have been switched off.");
  name(practice.title);
  const promptId = Number(search.get("prompt")) || null;
  const frame = h("div", { class: "still" });
  const leave = () => (promptId ? go("/") : back("/practices"));
  let kept = null;
  const doing = new AbortController();
  signal.addEventListener("abort", () => doing.abort());
  const lookAround = (climbed) => {
    kept?.end(climbed ? "heart_climbed" : "stopped");
    const other = outward(all);
    go(`${addressOf(other)}${promptId ? `?prompt=${promptId}` : ""}`);
  };
  let run = null;
  const end = async () => {
    kept?.end("stopped");
    if (!promptId || !(run?.elapsed?.() > ASKED_AFTER_S)) return leave();
    const number = await kept.id();
    go(`/?after=${promptId}${number ? `&run=${number}` : ""}`);
  };
  document.addEventListener(
    "keydown",
    (press) => {
      if (press.key === "Escape" && !document.querySelector("dialog[open]")) {
        press.preventDefault();
        end();
      }
    },
    { signal },
  );

  if (practice.name === FINDER) finder(practice, frame, { signal, bar, leave });
  else if (practice.holds && !promptId) frame.replaceChildren(bar(end), ...before(practice, start));
  else start();
  show(frame);

  function start() {
    begin(practice, promptId, signal);
    stayAwake(signal);
    kept = keepRun(practice.name, promptId, {
      signal: doing.signal,
      breathS: practice.phases.reduce((sum, phase) => sum + phase.seconds, 0) || null,
      paced: () => run.paced?.() ?? null,
    });
    run = practice.phases.length
      ? pacer(practice, { signal: doing.signal, finished, lookAround, changed: kept.changed, soFar: kept.soFar })
      : stepper(practice, { finished, signal: doing.signal });
    const feelsWorse = h("button", { class: "link small", type: "button", on: { click: worse } }, "It feels worse");
    frame.replaceChildren(
      bar(end, run.top),
      practice.phases.length ? h("h1", { class: "vh" }, practice.title) : "",
      ...run.body,
      ...(run.foot ? [h("div", { class: "still-foot" }, ...run.foot), h("p", { class: "still-worse" }, feelsWorse)] : []),
      h("details", { class: "still-about quiet" }, h("summary", {}, "About this practice"), ...about(practice)),
    );
  }

  /** What the wearer says comes first: the practice ends, and something else is offered. */
  function worse() {
    kept.end("worse");
    doing.abort();
    kept.felt({ felt: "worse" });
    if (promptId) send("POST", `/prompts/${promptId}/answer`, { answer: "done", felt: "worse" }).catch(() => {});
    changed();
    const title = h("h1", { tabindex: "-1" }, "Thank you. Stopping is right.");
    frame.replaceChildren(
      bar(leave),
      h("div", { class: "steps" }, title, h("p", { class: "lede" }, "Look around instead?")),
      h(
        "div",
        { class: "still-foot" },
        h("button", { class: "btn go", type: "button", on: { click: () => lookAround() } }, "Look around"),
        h("a", { class: "btn", href: "/help" }, "I need more than this"),
        h("button", { class: "btn", type: "button", on: { click: leave } }, "No, thank you"),
      ),
    );
    title.focus();
  }

  function finished() {
    kept.end("finished");
    doing.abort();
    if (promptId) {
      const slot = h("div", { class: "steps" });
      frame.replaceChildren(bar(leave), h("h1", { class: "vh" }, practice.title), slot, h("div"));
      askAfter(slot, promptId, leave, signal, kept.id()).querySelector("h2").focus();
      return;
    }
    const title = h(
      "h1",
      { tabindex: "-1" },
      practice.group === "outward" ? "Feet on the floor. You are here." : "That is all.",
    );
    frame.replaceChildren(
      bar(leave),
      h("div", { class: "steps" }, title, h("p", { class: "lede" }, "Stay a moment, or go on with your day."), ...sayAfter(kept, signal)),
      h(
        "div",
        { class: "still-foot" },
        h("button", { class: "btn", type: "button", on: { click: () => go(location.pathname, true) } }, "Once more"),
        h("button", { class: "btn go", type: "button", on: { click: leave } }, "Done"),
      ),
    );
    title.focus();
  }
}

/** A breath that is held is not for everyone: what to know comes first. */
function before(practice, start) {
  return [
    h("div", { class: "steps" }, h("h1", {}, practice.title), h("p", { class: "lede" }, practice.words), ...about(practice)),
    h(
      "div",
      { class: "still-foot" },
      h("a", { class: "btn", href: "/practices" }, "Another one"),
      h("button", { class: "btn go", type: "button", on: { click: start } }, "Begin"),
    ),
  ];
}

const bar = (end, middle = null) =>
  h(
    "div",
    { class: "still-top" },
    h("button", { class: "bar-btn", type: "button", on: { click: end } }, icon("close"), "End"),
    h("div", { class: "row" }, middle, h("a", { class: "bar-btn", href: "/help" }, icon("help"), "Help")),
  );

/** Tell the daemon. A practice works without it, so a failure here stays unsaid. */
function begin(practice, promptId, signal) {
  if (promptId) {
    if (!answeredHere({ id: promptId })) answer({ id: promptId }, "start").catch(() => {});
  } else {
    const timer = setTimeout(
      () =>
        send("POST", "/intents", { kind: "start_practice", arguments: { practice: practice.name } }).catch(() => {}),
      BEGUN_AFTER_MS,
    );
    signal.addEventListener("abort", () => clearTimeout(timer));
  }
}

async function stayAwake(signal) {
  try {
    const lock = await navigator.wakeLock?.request("screen");
    signal.addEventListener("abort", () => lock?.release());
    if (signal.aborted) lock?.release();
  } catch {
    // Some systems do not let a page keep the screen on; the breath goes on regardless.
  }
}
