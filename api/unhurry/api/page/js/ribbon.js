// In: a planned breath and the clock. Out: the breath as hills, past on the left, twelve seconds ahead on the right; the heart over it.

import { h, s } from "./dom.js";
import { at } from "./breath.js";
import { eased } from "./plot-path.js";

const PAST_MS = 36_000;
const AHEAD_MS = 12_000;
const HEIGHT = 104;
const STEP_MS = 250;
const LEAST_BPM = 12;

export class Ribbon {
  constructor(planned) {
    this.planned = planned;
    this.past = s("path", { class: "ribbon-past" });
    this.ahead = s("path", { class: "ribbon-ahead" });
    this.now = s("line", { class: "ribbon-now", y1: -8, y2: HEIGHT });
    this.heart = s("path", { class: "ribbon-heart" });
    this.element = h(
      "div",
      { class: "ribbon", "aria-hidden": "true" },
      s(
        "svg",
        { viewBox: `0 0 720 ${HEIGHT}`, preserveAspectRatio: "none" },
        this.ahead,
        this.past,
        this.now,
        this.heart,
      ),
    );
  }

  /** Draw for `t` in ms; `beats` are `{t, hr}` on the same clock. */
  draw(t, beats = []) {
    const x = (when) => ((when - t + PAST_MS) / (PAST_MS + AHEAD_MS)) * 720;
    const y = (fullness) => HEIGHT - 2 - fullness * (HEIGHT - 22);
    const hill = (from, to) => {
      if (to <= from) return "";
      let d = `M${x(from).toFixed(1)} ${HEIGHT}`;
      for (let when = from; when < to; when += STEP_MS)
        d += `L${x(when).toFixed(1)} ${y(at(this.planned, when).fullness).toFixed(1)}`;
      return `${d}L${x(to).toFixed(1)} ${y(at(this.planned, to).fullness).toFixed(1)}V${HEIGHT}Z`;
    };
    const end = Math.min(this.planned.totalMs, t + AHEAD_MS);
    this.past.setAttribute("d", hill(Math.max(0, t - PAST_MS), Math.max(0, t)));
    this.ahead.setAttribute("d", hill(Math.max(0, t), end));
    this.now.setAttribute("x1", x(t));
    this.now.setAttribute("x2", x(t));
    const shown = eased(beats.filter((beat) => beat.hr !== null && beat.t >= t - PAST_MS && beat.t <= t));
    if (shown.length < 5) return this.heart.setAttribute("d", "");
    const rates = shown.map((beat) => beat.hr);
    const middle = (Math.max(...rates) + Math.min(...rates)) / 2;
    const half = Math.max(LEAST_BPM, Math.max(...rates) - Math.min(...rates) + 4) / 2;
    const level = (hr) => HEIGHT - 10 - ((hr - middle + half) / (2 * half)) * (HEIGHT - 26);
    this.heart.setAttribute(
      "d",
      shown.map((beat, i) => `${i ? "L" : "M"}${x(beat.t).toFixed(1)} ${level(beat.hr).toFixed(1)}`).join(""),
    );
  }
}
