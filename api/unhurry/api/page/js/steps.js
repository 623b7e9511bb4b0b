// In: a practice made of steps. Out: one screen a step, no clock, nothing counted or kept; every screen can be skipped.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { count } from "./words.js";

const SHORT = 14;

/** `finished()` after the last step. Returns `{body}` for the full-screen frame. */
export function stepper(practice, { finished }) {
  const { steps } = practice;
  const names = steps.map((step) => step.title);
  const chips = names.every((each) => each.length <= SHORT);
  const screen = h("div", { class: "steps" });
  const foot = h("div", { class: "still-foot" });
  let at = 0;

  function draw(focus = true) {
    const step = steps[at];
    const circles = step.count ? found(step) : null;
    const text = h("p", { class: "lede" }, step.text);
    const title = h("h1", { tabindex: "-1" }, step.title);
    screen.replaceChildren(...[steps.length > 1 ? trail() : null, title, text, circles].filter(Boolean));
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
    foot.replaceChildren(...[skip, next].filter(Boolean));
    if (focus) title.focus();
  }

  function turn(by) {
    if (at + by >= steps.length) return finished();
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

  draw(false);
  return { body: [screen, foot] };
}
