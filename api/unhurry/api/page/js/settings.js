// In: nothing. Out: the place "How Unhurry listens": what the labels say of it, and what other settings would have brought.

import { get } from "./api.js";
import { h } from "./dom.js";
import { listen } from "./live.js";
import { onResize } from "./plot-layers.js";
import { name } from "./router.js";
import { whatIf } from "./whatif.js";
import { worth } from "./worth.js";

export async function settings({ show, signal, search }) {
  name("How Unhurry listens");
  const [found, { items }] = await Promise.all([get("/usefulness", signal), get("/settings", signal)]);
  const question = whatIf(items, signal);
  const labels = worth(question.fill);
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, "Nothing here changes by itself"),
        h("h1", {}, "How Unhurry listens"),
      ),
    ),
    h("p", { class: "lede" }, "What you have said of its moments, and what other settings would have brought."),
    h(
      "div",
      { class: "cols" },
      h("div", { class: "stack-wide" }, labels.element, question.element),
      h(
        "aside",
        { class: "stack", "aria-label": "How to read this" },
        h(
          "section",
          { class: "aside tells" },
          h("h2", {}, "What is counted"),
          h(
            "p",
            {},
            "Worth noticing are moments you called tense. Moved, talked, coffee and a wrong guess were not. Excitement is counted apart: your heart was heard rightly, and needed nothing.",
          ),
          h("p", {}, "It says how well Unhurry listens. It says nothing about you."),
        ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "What trying does"),
          h(
            "p",
            {},
            "The beats of your last days are kept, so they can be lived again under other settings. Only you can change a setting.",
          ),
        ),
      ),
    ),
  );
  labels.show(found);
  onResize(labels.picture, labels.draw, signal);
  listen(
    "finding",
    async (news) => {
      if (news.kind === "usefulness") labels.show(await get("/usefulness", signal).catch(() => found));
    },
    signal,
  );
  if (Number(search.get("tried"))) question.follow(Number(search.get("tried")));
}
