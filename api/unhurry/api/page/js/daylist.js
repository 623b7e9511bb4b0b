// In: a timeline. Out: the day in order as list items, and what was measured as lines.

import { clock, h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { STATE_WORDS } from "./states.js";
import { tale } from "./tale.js";
import { duration } from "./words.js";

export function dayList(timeline) {
  const lines = tale(timeline);
  if (!lines.length) return [h("li", { class: "nothing" }, h("p", { class: "soft" }, "Nothing to tell yet."))];
  return lines.map((line) =>
    h(
      "li",
      { data: { key: line.key } },
      clock(line.iso),
      h("span", { class: `glyph ${line.glyph}` }, icon(line.icon)),
      h(
        "div",
        {},
        h(
          "h3",
          {},
          line.href ? h("a", { href: line.href }, line.title) : line.title,
          line.length_s ? num(`, ${duration(line.length_s)}`) : null,
        ),
        line.numbers || line.lines.length
          ? h("p", { class: "small soft" }, line.numbers ? num(line.numbers) : null, line.lines.join(" "))
          : null,
        line.label ? h("p", { class: "small quiet" }, `For you: ${line.label.toLowerCase()}.`) : null,
        line.words ? h("p", { class: "yours", dir: "auto" }, line.words) : null,
      ),
    ),
  );
}

const GROUPS = [
  [["calm", "aroused"], "looked at, while you were still"],
  [["moving", "after_exertion", "posture"], "moving, or just after"],
];

/** Hours by what they were, most first within the order of the groups. */
export function measured(timeline) {
  const minutes = { ...timeline.minutes_by_state };
  const rows = GROUPS.map(([states, say]) => [states.reduce((sum, state) => sum + (minutes[state] ?? 0), 0), say]);
  for (const [states] of GROUPS) for (const state of states) delete minutes[state];
  rows.push(
    ...Object.entries(minutes)
      .sort((a, b) => b[1] - a[1])
      .map(([state, count]) => [count, STATE_WORDS[state] ?? state]),
  );
  const all = rows.reduce((sum, [count]) => sum + count, 0);
  return rows
    .filter(([count]) => count > 0)
    .map(([count, say]) =>
      h(
        "li",
        {},
        h(
          "span",
          { class: "key" },
          num(hours(count)),
          word(count > all / 2 ? "most" : count > all / 10 ? "some" : "a little"),
        ),
        h("span", {}, say),
      ),
    );
}

const hours = (minutes) => {
  const whole = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (!whole) return `${Math.max(1, rest)} min`;
  return rest ? `${whole} h ${String(rest).padStart(2, "0")}` : `${whole} h`;
};
