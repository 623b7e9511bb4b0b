// In: a timeline. Out: "Today so far": the few things of the day that were more than minutes, newest last.

import { clock, h } from "./dom.js";
import { tale } from "./tale.js";

const MOST = 6;

export function soFar(timeline) {
  const lines = tale(timeline).slice(-MOST);
  if (!lines.length) return [h("li", {}, h("span"), h("span", { class: "soft" }, "Nothing yet."))];
  return lines.map((line) =>
    h(
      "li",
      {},
      h("span", { class: "key" }, clock(line.iso)),
      line.href
        ? h("a", { href: line.href, class: "plain-link" }, line.short ?? line.title)
        : h("span", { class: line.glyph === "of-nothing" ? "soft" : null }, line.short ?? line.title),
    ),
  );
}
