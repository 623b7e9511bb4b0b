// In: one event with its curve. Out: half an hour around it, with flags for what happened: asked, practised, half-way down, near the usual.

import { s } from "./dom.js";
import { heartLine, rateAxis, sped, timeAxis, usualBand, usualWord } from "./plot-layers.js";
import { points } from "./plot-path.js";
import { rateRange, scale } from "./plot-scale.js";
import { nearUsual } from "./tale.js";
import { ms, WallClock } from "./time.js";

const APART = 15_000;
const ROW = 24;
const LETTER = 6.6;

/** Draw into `box`; `practice` is `{startMs, endMs, title}` when one followed the offer. */
export function drawMoment(box, event, practice, nowMs) {
  const all = points(event.curve, ms);
  const width = box.clientWidth;
  if (!width) return;
  if (all.length < 2) return void box.replaceChildren();
  const narrow = width < 480;
  const end = event.end ? ms(event.end) : nowMs;
  const x = scale(all[0].t, all.at(-1).t, narrow ? 32 : 50, width - 6);
  const flags = placed(flagsOf(event, practice), x, width);
  const top = 10 + ROW * Math.max(1, ...flags.map((flag) => flag.row + 1));
  const height = top + 250;
  const [low, high] = rateRange(
    all.flatMap((point) => [point.hr, point.low, point.high]),
    40,
  );
  const floor = height - 34;
  const y = scale(low, high, floor - 12, top + 10);
  box.replaceChildren(
    s(
      "svg",
      {
        class: "plot",
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "img",
        "aria-label": saying(event, flags),
      },
      usualBand(all, x, y, APART),
      practice
        ? s("rect", {
            class: "practised",
            x: x(practice.startMs),
            width: Math.max(2, x(Math.min(practice.endMs, x.domain[1])) - x(practice.startMs)),
            y: top - 4,
            height: floor - top + 4,
          })
        : null,
      rateAxis(x, y, 4),
      usualWord(all, x, y),
      heartLine(all, x, y, APART),
      sped(all, x, y, APART, ms(event.start), end),
      practice
        ? s("rect", {
            class: "practised-bar",
            x: x(practice.startMs),
            width: Math.max(2, x(Math.min(practice.endMs, x.domain[1])) - x(practice.startMs)),
            y: floor - 5,
            height: 5,
          })
        : null,
      flags.map((flag) =>
        flag.line
          ? s("line", {
              class: `flag ${flag.look}-flag`,
              x1: x(flag.t),
              x2: x(flag.t),
              y1: 16 + flag.row * ROW + 8,
              y2: floor,
            })
          : null,
      ),
      flags.map((flag) =>
        s(
          "text",
          { class: `flag-word ${flag.look}-word`, x: flag.at, y: 18 + flag.row * ROW, "text-anchor": flag.anchor },
          flag.say,
        ),
      ),
      timeAxis(x, new WallClock([event.start]), height - 8, narrow ? 60 : 90),
    ),
  );
}

function flagsOf(event, practice) {
  const flags = [];
  if (event.prompt)
    flags.push({ t: ms(event.prompt.shown), say: "you were asked", look: "of-offer", line: true, before: true });
  if (practice)
    flags.push({
      t: practice.startMs,
      say: practice.title.toLowerCase().split(",")[0],
      look: "of-practice",
      line: false,
    });
  if (event.settled_half_s !== null && event.settled_half_s !== undefined) {
    flags.push({ t: ms(event.peak) + event.settled_half_s * 1000, say: "half-way down", look: "of-heart", line: true });
  }
  const near = nearUsual(event);
  if (near !== null) flags.push({ t: ms(near), say: "near your usual", look: "of-heart", line: true });
  return flags.sort((a, b) => a.t - b.t);
}

/** Give each word a row of its own as soon as it would touch another. */
function placed(flags, x, width) {
  const ends = [];
  return flags
    .filter((flag) => flag.t >= x.domain[0] && flag.t <= x.domain[1])
    .map((flag) => {
      const wide = flag.say.length * LETTER;
      const at = x(flag.t);
      const left = (flag.before && at - wide > 0) || at + wide > width;
      const [from, to] = left ? [at - wide, at] : [at, at + wide];
      let row = ends.findIndex((end) => end + 8 < from);
      if (row < 0) row = ends.length;
      ends[row] = to;
      return { ...flag, row, at: left ? at + 1 : at - 1, anchor: left ? "end" : "start" };
    });
}

function saying(event, flags) {
  const clock = new WallClock([event.start]);
  const said = flags.map((flag) => `${flag.say} at ${clock.hhmm(flag.t)}`).join(", ");
  return `Heart rate around ${event.start.slice(11, 16)}: from ${Math.round(event.hr_baseline_bpm)} up to ${Math.round(event.hr_peak_bpm)}${said ? `; ${said}` : ""}.`;
}
