// In: what somebody writes, and the phrases of /api/help. Out: what it speaks of, and help beside it. It stays in this page: nothing
// of it is sent or kept, and the entry is kept as ever.

import { h } from "./dom.js";
import { helpContent } from "./helplines.js";

const SAY = {
  self_harm: "You do not have to be alone with this. Somebody can be reached at this hour.",
  violence: "Nobody may hurt you. There are people who know what can be done, and who believe you.",
};

/** What `text` speaks of, `self_harm` or `violence`, by the phrases of `lists`; null for neither. */
export function heardIn(text, lists) {
  const plain = flattened(text);
  for (const { about, phrases, unless } of lists) {
    const rest = unless.reduce((left, phrase) => left.replace(pattern(phrase, "g"), " / "), plain);
    if (phrases.some((phrase) => pattern(phrase).test(rest))) return about;
  }
  return null;
}

/** A place beside a sheet: `look(text)` brings help there, once, when the words call for it. */
export function helpBeside() {
  const element = h("div", { class: "heard", role: "status" });
  let shown = null;

  async function look(text) {
    const content = await helpContent().catch(() => null);
    const about = content && heardIn(text, content.heard);
    if (!about || about === shown) return;
    shown = about;
    element.replaceChildren(
      h(
        "section",
        {},
        h("p", { class: "strong" }, SAY[about]),
        h(
          "p",
          { class: "row-links" },
          h("a", { class: "link small", href: "/help?heard" }, "Who can be reached now"),
          h("span", { class: "quiet" }, "Your words stay as they are. That this was shown is kept nowhere."),
        ),
      ),
    );
  }

  return { element, look };
}

/** Small letters and straight quotes; the end of a sentence parts what stands before from what stands after. */
const flattened = (text) =>
  ` ${text.normalize("NFKC").toLowerCase()} `
    .replace(/[’‘ʼ`´]/g, "'")
    .replace(/[‐‑–—]/g, "-")
    .replace(/[.!?;:\n\r…]+/g, " / ")
    .replace(/[^a-z0-9'/-]+/g, " ");

/** `(a|b)` stands for either, ` .. ` for up to three words. */
function pattern(phrase, flags = "") {
  const body = phrase
    .split(" .. ")
    .map((part) => part.replace(/[.*+?^${}[\]\\/]/g, "\\$&").replaceAll("(", "(?:"))
    .join("(?: [a-z0-9'-]+){0,3} ");
  return new RegExp(`(?<![a-z0-9'-])${body}(?![a-z0-9'-])`, flags);
}
