// In: the prompt a practice came from. Out: the one sheet "How is it now?", all of it skippable, sent as `done`.

import { send } from "./api.js";
import { changed, everything } from "./content.js";
import { h } from "./dom.js";
import { helpBeside } from "./heard.js";

const FELT = [
  ["better", "Better"],
  ["same", "The same"],
  ["worse", "Worse"],
];
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

/** Show the sheet in `slot`; `left` is called when the wearer is done with it. */
export function askAfter(slot, promptId, left, signal) {
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
  const choice = (key, value, label) => {
    const chip = h(
      "button",
      {
        class: "chip",
        type: "button",
        "aria-pressed": "false",
        on: {
          click: () => {
            const on = said[key] !== value;
            for (const other of chip.parentElement.children) other.setAttribute("aria-pressed", "false");
            chip.setAttribute("aria-pressed", String(on));
            said[key] = on ? value : null;
          },
        },
      },
      label,
    );
    return chip;
  };
  const box = h(
    "section",
    { class: "card after", "aria-labelledby": "after-said" },
    h("h2", { class: "said", id: "after-said", tabindex: "-1" }, "How is it now?"),
    h(
      "fieldset",
      {},
      h("legend", { class: "vh" }, "How is it now?"),
      h("div", { class: "chips" }, ...FELT.map(([slug, label]) => choice("felt", slug, label))),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, "If there is a word for it"),
      h("div", { class: "chips" }, ...FEELINGS.map((word) => choice("feeling", word, word))),
    ),
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
        { answer: "done", felt: said.felt, feeling: said.feeling, note: line.value.trim() || null },
        signal,
      );
    } catch (problem) {
      if (problem.name === "AbortError") return;
      trouble.textContent = problem.message;
      return;
    }
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
