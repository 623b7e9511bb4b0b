// In: a step's timed parts, one after the other. Out: what to do now and a line that fills while it lasts, on one clock; it can be
// paused, and is gone with its page.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const LEAD_S = 5;
const LEAD = { say: "In a moment", seconds: LEAD_S };

/** `ended()` after the last part. Returns `{element, pause}`: the words with their line, and a button. */
export function timedParts(timed, { signal, ended }) {
  const parts = [LEAD, ...timed];
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const say = h("p", { class: "timed-say", "aria-live": "polite" });
  const fill = h("span");
  const element = h("div", { class: "timed" }, say, h("div", { class: "timed-line", "aria-hidden": "true" }, fill));
  const pause = h("button", { class: "btn", type: "button", on: { click: toggle } });
  let start = performance.now();
  let pausedAt = 0;
  let over = false;

  function frame() {
    if (over || pausedAt || signal.aborted) return;
    if (!element.isConnected) {
      requestAnimationFrame(frame);
      return;
    }
    let into = (performance.now() - start) / 1000;
    const part = parts.find((each) => {
      if (into < each.seconds) return true;
      into -= each.seconds;
      return false;
    });
    if (!part) {
      over = true;
      fill.style.transform = "scaleX(1)";
      ended();
      return;
    }
    if (say.textContent !== part.say) say.textContent = part.say;
    element.classList.toggle("lead", part === LEAD);
    fill.style.transform = `scaleX(${part === LEAD ? 0 : (still ? Math.floor(into) : into) / part.seconds})`;
    requestAnimationFrame(frame);
  }

  function toggle() {
    if (pausedAt) {
      start += performance.now() - pausedAt;
      pausedAt = 0;
      requestAnimationFrame(frame);
    } else pausedAt = performance.now();
    face();
  }

  const face = () => pause.replaceChildren(icon(pausedAt ? "play" : "pause"), pausedAt ? "Go on" : "Pause");

  face();
  requestAnimationFrame(frame);
  return { element, pause };
}
