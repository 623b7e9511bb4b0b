// In: a practice made of steps. Out: one screen a step, nothing counted or kept; every screen can be skipped. Only a step with timed parts
// has a clock: it goes on by itself when they are over.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { timedParts } from "./timed.js";
import { count } from "./words.js";

const SHORT = 14;

/** `finished()` after the last step. Returns `{body}` for the full-screen frame. */
export function stepper(practice, { finished, signal }) {
  const { steps } = practice;
  const names = steps.map((step) => step.title);
  const chips = names.every((each) => each.length <= SHORT);
  const screen = h("div", { class: "steps" });
  const foot = h("div", { class: "still-foot" });
  let at = 0;
  let left = new AbortController();
  signal.addEventListener("abort", () => left.abort());

  function draw(focus = true) {
    const step = steps[at];
    left.abort();
    left = new AbortController();
    const circles = step.count ? found(step) : null;
    const picks = step.choices.length ? choices(step) : null;
    const timed = step.timed.length ? timedParts(step.timed, { signal: left.signal, ended: () => turn(1) }) : null;
    const text = h("p", { class: "lede lines" }, step.text);
    const title = h("h1", { tabindex: "-1" }, step.title);
    screen.replaceChildren(...[steps.length > 1 ? trail() : null, title, text, circles, picks, timed?.element].filter(Boolean));
    const skip = step.count
      ? h(
          "button",
          {
            class: "btn",
            type: "button",
            on: {
              click: () => {
                circles.remove();
                skip.remove();
                text.textContent = "Then something you like, in mind. Or go on.";
                next.focus();
              },
            },
          },
          "Skip this one",
        )
      : at
        ? h("button", { class: "btn", type: "button", on: { click: () => turn(-1) } }, "Back")
        : null;
    const next = h(
      "button",
      { class: "btn go", type: "button", on: { click: () => turn(1) } },
      at + 1 < steps.length ? "Next" : "Done",
    );
    foot.replaceChildren(...[skip, timed?.pause, next].filter(Boolean));
    if (focus) title.focus();
  }

  function turn(by) {
    if (at + by >= steps.length) {
      left.abort();
      return finished();
    }
    at = Math.max(0, at + by);
    draw();
  }

  const trail = () =>
    h(
      "ol",
      { class: chips ? "trail" : "trail plain", "aria-label": "Steps" },
      ...names.map((each, i) =>
        h(
          "li",
          { class: i < at ? "past" : null, "aria-current": i === at ? "step" : null },
          chips ? each : h("span", { class: "vh" }, each),
        ),
      ),
    );

  function found(step) {
    const box = h("div", { class: "found", role: "group", "aria-label": `Room for ${count(step.count)}` });
    for (let i = 0; i < step.count; i += 1) {
      const circle = h("button", {
        type: "button",
        "aria-pressed": "false",
        "aria-label": `One of ${count(step.count)}`,
        on: {
          click: () => {
            const on = circle.getAttribute("aria-pressed") !== "true";
            circle.setAttribute("aria-pressed", String(on));
            circle.replaceChildren(on ? icon("leaf") : "");
          },
        },
      });
      box.append(circle);
    }
    return box;
  }

  /** Words to pick from; of numbers one at a time. */
  function choices(step) {
    const one = step.choices.every((each) => /^\d+$/.test(each));
    const box = h("div", { class: "chips", role: "group", "aria-label": step.title });
    for (const each of step.choices) {
      const pick = () => {
        const on = chip.getAttribute("aria-pressed") !== "true";
        if (one) for (const other of box.children) other.setAttribute("aria-pressed", "false");
        chip.setAttribute("aria-pressed", String(on));
      };
      const chip = h("button", { class: "chip", type: "button", "aria-pressed": "false", on: { click: pick } }, each);
      box.append(chip);
    }
    return box;
  }

  draw(false);
  return { body: [screen, foot] };
}
