// In: the practices that were done for an offer. Out: in words, which, for how long, what the heart did; each minute of a long one as a small bar.

import { h, num, word } from "./dom.js";
import { ms } from "./time.js";
import { duration, many } from "./words.js";

const FELT = { better: "You felt better after it.", same: "You felt the same after it.", worse: "You felt worse after it." };
const ENDED = { worse: "You stopped because it felt worse.", heart_climbed: "You stopped and looked around instead." };

/** A few of them say no more than the sentence does. */
const LEAST_BARS = 3;

/** `runs` newest first; `outcome`: how the moment went on, where it is known. Null when nothing was practised. */
export const wentLines = (runs, outcome) =>
  runs.length ? h("div", { class: "stack-none" }, ...[...runs].reverse().flatMap(lines), ...scale(outcome)) : null;

function lines(run) {
  const length = run.ended ? (ms(run.ended) - ms(run.started)) / 1000 : null;
  const told = [ENDED[run.ended_by], FELT[run.felt]].filter(Boolean);
  return [
    h("p", {}, run.title, length === null ? "." : num(`, ${duration(length)}.`)),
    run.sentence ? h("p", { class: "soft" }, run.sentence) : null,
    run.minutes.filter((each) => each.went_along !== null).length >= LEAST_BARS ? bars(run.minutes) : null,
    told.length ? h("p", { class: "small soft" }, ...told.flatMap((each) => [each, " "])) : null,
  ].filter(Boolean);
}

function scale(outcome) {
  const { distress_before: before, distress_after: after } = outcome ?? {};
  if (typeof before !== "number" || typeof after !== "number") return [];
  return [
    h(
      "p",
      { class: "small soft" },
      num(`As strong as ${before} of 10 before it, ${after} after it, as you told it.`),
      word(after < before ? "Less strong after it, as you told it." : "Not less strong after it, as you told it."),
    ),
  ];
}

/** A minute alone is no verdict: the bars show where, the sentence says what. */
function bars(minutes) {
  const along = minutes.filter((each) => each.went_along).length;
  return h(
    "div",
    { class: "went", role: "img", "aria-label": `Your heart went along in ${many(along, "minute")} of ${minutes.length}` },
    ...minutes.map((each) => h("i", { class: each.went_along ? "along" : each.went_along === null ? null : "else" })),
  );
}
