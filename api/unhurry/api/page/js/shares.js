// In: shares {count, of, low, high}. Out: them in words, and a small picture: a dot on a line from none to all, its interval, hollow where it is too early.

import { s } from "./dom.js";
import { capital, count } from "./words.js";

const SPOKEN = [
  [0, "hardly any"],
  [0.1, "one in ten"],
  [0.2, "one in five"],
  [0.25, "one in four"],
  [1 / 3, "one in three"],
  [0.4, "two in five"],
  [0.5, "half"],
  [0.6, "three in five"],
  [2 / 3, "two in three"],
  [0.75, "three in four"],
  [0.8, "four in five"],
  [0.9, "nine in ten"],
  [1, "nearly all"],
];

/** 0.34 is "one in three". */
export const spoken = (share) =>
  SPOKEN.reduce((best, each) => (Math.abs(each[0] - share) < Math.abs(best[0] - share) ? each : best))[1];

/** "between one in five and three in five" */
export function between({ low, high }) {
  const [from, to] = [spoken(low), spoken(high)];
  return from === to ? `around ${from}` : `between ${from} and ${to}`;
}

/** "three of eight", "7 of 19", "none of eight", "all nine" */
export function ofThem(share) {
  if (share.count === 0) return `none of ${count(share.of)}`;
  if (share.count === share.of) return `all ${count(share.of)}`;
  // Words and figures side by side read badly.
  return share.of > 10 ? `${share.count} of ${share.of}` : `${count(share.count)} of ${count(share.of)}`;
}

/** The same without a number in it. */
export function someOf({ count: some, of }) {
  const share = of ? some / of : 0;
  if (some === 0) return "none";
  if (some === of) return "all";
  if (share <= 0.55) return share < 0.25 ? "few" : share < 0.45 ? "fewer than half" : "about half";
  return share < 0.8 ? "more than half" : "most";
}

const ROW = 58;
const EDGE = 8;

/** Draw rows {name, share, early} into `box`, as wide as it is. */
export function drawShares(box, rows) {
  const width = box.clientWidth;
  if (!width) return;
  const x = (share) => EDGE + share * (width - 2 * EDGE);
  const height = rows.length * ROW + 26;
  const tick = (share, word, anchor) => [
    s("line", { class: "grid", x1: x(share), x2: x(share), y1: 4, y2: height - 24 }),
    s("text", { class: "tick", x: x(share), y: height - 6, "text-anchor": anchor }, word),
  ];
  box.replaceChildren(
    s(
      "svg",
      { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told(rows) },
      ...tick(0, "none", "start"),
      ...tick(0.5, "half", "middle"),
      ...tick(1, "all", "end"),
      ...rows.flatMap(({ name, share, early }, n) => row(name, share, early, n * ROW, x)),
    ),
  );
}

function row(name, share, early, top, x) {
  const y = top + 42;
  const dot = x(share.of ? share.count / share.of : 0.5);
  return [
    s("text", { class: "row-name", x: x(0), y: top + 20 }, name),
    early ? null : s("line", { class: "range", x1: x(share.low), x2: x(share.high), y1: y, y2: y }),
    share.of ? s("circle", { class: early ? "share early" : "share", cx: dot, cy: y, r: early ? 5 : 6 }) : null,
  ];
}

const told = (rows) =>
  rows
    .map(({ name, share, early }) => `${name}: ${early ? "too early to say" : `${ofThem(share)}, ${between(share)}`}`)
    .map(capital)
    .join(". ");
