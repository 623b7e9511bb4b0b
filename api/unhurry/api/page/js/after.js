// In: the prompt a practice came from. Out: the one sheet "How is it now?", all of it skippable, sent as `done`.

import { send } from "./api.js";
import { changed, everything } from "./content.js";
import { h } from "./dom.js";
import { choices, FELT, heartLine, scale } from "./felt.js";
import { helpBeside } from "./heard.js";

const FEELINGS = [
  "calm",
  "relieved",
  "tired",
  "sad",
  "hurt",
  "angry",
  "afraid",
  "ashamed",
  "lonely",
  "glad",
  "not sure",
];

/** Show the sheet in `slot`; `left` is called when the wearer is done with it. `run`: the practice that was done, or its promise. */
export function askAfter(slot, promptId, left, signal, run = null) {
  const said = { felt: null, feeling: null };
  const line = h("input", {
    type: "text",
    class: "words-line",
    id: "after-line",
    name: "note",
    maxlength: "500",
    autocomplete: "off",
    dir: "auto",
  });
  const trouble = h("p", { class: "small soft", role: "alert" });
  const beside = helpBeside();
  line.addEventListener("change", () => beside.look(line.value));
  const strength = scale("How strong is it now?", "after-strength");
  const box = h(
    "section",
    { class: "card after", "aria-labelledby": "after-said" },
    h("h2", { class: "said", id: "after-said", tabindex: "-1" }, "How is it now?"),
    heartLine(run, signal),
    h(
      "fieldset",
      {},
      h("legend", { class: "vh" }, "How is it now?"),
      choices(FELT, (felt) => (said.felt = felt)),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, "If there is a word for it"),
      choices(
        FEELINGS.map((word) => [word, word]),
        (feeling) => (said.feeling = feeling),
      ),
    ),
    strength.element,
    h("div", { class: "field" }, h("label", { for: "after-line" }, "One line, if you like"), line),
    beside.element,
    trouble,
    h("p", { class: "row" }, h("button", { class: "btn go", type: "button", on: { click: done } }, "Done")),
  );

  async function done() {
    let answered;
    try {
      answered = await send(
        "POST",
        `/prompts/${promptId}/answer`,
        { answer: "done", ...said, note: line.value.trim() || null, distress: strength.value() },
        signal,
      );
    } catch (problem) {
      if (problem.name === "AbortError") return;
      trouble.textContent = problem.message;
      return;
    }
    const number = await run;
    if (number && said.felt) send("PATCH", `/practice-runs/${number}`, { felt: said.felt }).catch(() => {});
    if (said.felt === "worse") return worse(answered.practice);
    box.remove();
    left();
  }

  async function worse(practice) {
    changed();
    const away = await everything().then(
      ({ put_away: all }) => all.find((each) => each.name === practice),
      () => null,
    );
    box.replaceChildren(
      h("h2", { class: "said", tabindex: "-1" }, "Thank you. Stopping is right."),
      away ? h("p", { class: "soft" }, `${away.title}: put away until you bring it back, under Practices.`) : "",
      h("p", { class: "lede" }, "Look around instead?"),
      h(
        "p",
        { class: "row" },
        h("a", { class: "btn go", href: "/ground/outward" }, "Look around"),
        h("a", { class: "btn", href: "/help" }, "I need more than this"),
        h(
          "button",
          {
            class: "btn",
            type: "button",
            on: {
              click: () => {
                box.remove();
                left();
              },
            },
          },
          "No, thank you",
        ),
      ),
    );
    box.querySelector("h2").focus();
  }

  slot.replaceChildren(box);
  return box;
}
