// In: points and scales. Out: the SVG layers all curves share, back to front: grid, usual band, heart line, heather.

import { s } from "./dom.js";
import { above, area, eased, line, runs } from "./plot-path.js";
import { rateTicks, timeTicks } from "./plot-scale.js";

/** Horizontal lines and their rates; both go when numbers are hidden. `rates` is about how many. */
export const rateAxis = (x, y, rates) => {
  const [left, right] = x.range;
  return s(
    "g",
    { class: "num" },
    rateTicks(y.domain[0], y.domain[1], rates).map((rate) => [
      s("line", { class: "grid", x1: left, x2: right, y1: y(rate), y2: y(rate) }),
      s("text", { class: "tick", x: left - 10, y: y(rate) + 4, "text-anchor": "end" }, String(rate)),
    ]),
  );
};

/** What stays of that axis without numbers: the name of the band, at its height. */
export function usualWord(all, x, y) {
  const known = all.filter((point) => point.high !== null && point.t <= x.domain[1]);
  if (!known.length) return null;
  const level = y((known[0].high + known[0].low) / 2);
  const [left] = x.range;
  const words = left < 70 ? ["your", "usual"] : ["your usual"];
  return s(
    "g",
    { class: "word" },
    words.map((each, i) =>
      s(
        "text",
        {
          class: "tick",
          x: left - (left < 70 ? 4 : 14),
          y: level + 5 + (i - (words.length - 1) / 2) * 15,
          "text-anchor": "end",
        },
        each,
      ),
    ),
  );
}

export const timeAxis = (x, clock, baseline, apart = 62) =>
  s(
    "g",
    {},
    timeTicks(x, clock, apart).map((t) =>
      s("text", { class: "tick", x: Math.round(x(t)), y: baseline, "text-anchor": "middle" }, clock.hhmm(t)),
    ),
  );

export const usualBand = (all, x, y, apart) =>
  s(
    "g",
    {},
    runs(all, apart, (point) => point.high !== null).map((run) =>
      s("path", {
        class: "band",
        d: area(
          run,
          x,
          y,
          (point) => point.high,
          (point) => point.low,
        ),
      }),
    ),
  );

export const heartLine = (all, x, y, apart, ease = true) =>
  s(
    "g",
    {},
    runs(all, apart).map((run) => s("path", { class: "heart", d: line(ease ? eased(run) : run, x, y) })),
  );

/** What lay above the usual within [start, end]: filled and drawn again in heather. */
export function sped(all, x, y, apart, start, end, ease = true) {
  const inside = all.filter((point) => point.t >= start - apart && point.t <= end + apart);
  return s(
    "g",
    {},
    runs(inside, apart)
      .flatMap((run) => above(ease ? eased(run) : run))
      .flatMap((part) => [
        s("path", {
          class: "sped-fill",
          d: area(
            part,
            x,
            y,
            (point) => point.hr,
            (point) => point.high,
          ),
        }),
        s("path", { class: "sped", d: line(part, x, y) }),
      ]),
  );
}

let hatches = 0;

/** A diagonal hatch for time that was not measured: `{definition, fill}`. */
export function hatch() {
  const id = `hatch-${++hatches}`;
  return {
    fill: `url(#${id})`,
    definition: s(
      "defs",
      {},
      s(
        "pattern",
        { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        s("line", { class: "hatch", x1: 1, x2: 1, y1: 0, y2: 6 }),
      ),
    ),
  };
}

/** Draw again whenever `box` changes its width, until `signal` aborts. */
export function onResize(box, draw, signal) {
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (Math.abs(box.clientWidth - width) < 1) return;
    width = box.clientWidth;
    draw();
  });
  watch.observe(box);
  signal.addEventListener("abort", () => watch.disconnect());
}
