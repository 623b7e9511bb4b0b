// In: nothing. Out: the place Help. It works without the daemon and without the network.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { name } from "./router.js";

const LINES = [
  {
    title: "Emergency, 112",
    text: "Europe and most of the world; 911 in North America, 999 in the UK. Danger to you or someone else, chest pain, fainting, trouble breathing.",
    tel: "112",
  },
  { title: "Samaritans, 116 123", text: "UK and Ireland. Free, day and night.", tel: "116123" },
  { title: "988 Lifeline", text: "United States. Call or text 988, or text HOME to 741741.", tel: "988" },
];

export function help({ show }) {
  name("Help");
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, "One step from everywhere"),
        h("h1", {}, "When a breath is not enough"),
      ),
    ),
    h("p", { class: "lede" }, "You do not have to sort this out alone, or in order."),
    h(
      "div",
      { class: "cols" },
      h(
        "section",
        {},
        h("h2", {}, "Someone who answers at any hour"),
        h(
          "ul",
          { class: "offers" },
          ...LINES.map((line) =>
            h(
              "li",
              {},
              h("span", { class: "glyph of-offer" }, icon("phone")),
              h("div", {}, h("h3", {}, line.title), h("p", { class: "small soft" }, line.text)),
              h("span", { class: "length" }),
              h("a", { class: "btn less", href: `tel:${line.tel}`, "aria-label": `Call ${line.title}` }, "Call"),
            ),
          ),
        ),
      ),
      h(
        "aside",
        { class: "stack" },
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "Only this minute"),
          h(
            "p",
            {},
            "Put both feet on the floor. Look for three things of one colour. You can leave this page as it is.",
          ),
          h("a", { class: "link small", href: "/ground/outward" }, "Look around, step by step"),
        ),
        h(
          "p",
          { class: "quiet" },
          "Unhurry is not a medical device. It does not diagnose or treat, and nobody is watching on the other side.",
        ),
      ),
    ),
  );
}
