// In: two texts of one entry. Out: both side by side, and the wearer's choice: "mine", "other" or "both". Nothing is lost on the way.

import { h } from "./dom.js";

export function conflict(mine, other, choose) {
  const text = (title, words) =>
    h("div", { class: "version" }, h("h3", { class: "strong" }, title), h("p", { class: "yours", dir: "auto" }, words));
  const button = (choice, label) =>
    h("button", { class: "btn less", type: "button", on: { click: () => choose(choice) } }, label);
  return h(
    "section",
    { class: "conflict", "aria-labelledby": "conflict-title" },
    h("h2", { id: "conflict-title", tabindex: "-1" }, "This entry was changed elsewhere meanwhile"),
    h("p", { class: "soft small" }, "Both are here. Nothing goes until you say which."),
    h("div", { class: "two" }, text("Yours, here", mine), text("The other", other)),
    h(
      "p",
      { class: "row" },
      button("mine", "Keep mine"),
      button("other", "Keep the other"),
      button("both", "Keep both"),
    ),
  );
}
