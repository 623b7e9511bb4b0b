// In: a timeline. Out: the day as a picture: unjudged spans, usual band, heart line, heather, marks that are links, lanes below.

import { get, query } from "./api.js";
import { h, s } from "./dom.js";
import { heartLine, hatch, onResize, rateAxis, sped, timeAxis, usualBand, usualWord } from "./plot-layers.js";
import { drawLanes } from "./plot-lanes.js";
import { marks } from "./plot-marks.js";
import { points, thinned } from "./plot-path.js";
import { scale } from "./plot-scale.js";
import { STATE_WORDS } from "./states.js";
import { sky } from "./plot-sky.js";
import { isMoving, stretches } from "./spans.js";
import { follow } from "./plot-cursor.js";
import { DAY, HOUR, MINUTE, ms, WallClock } from "./time.js";

const APART = { minute: 1.5 * MINUTE, second: 12_000 };
const RAW_BELOW = HOUR;
const LEAST = 10 * MINUTE;
const LEAST_DAY = 5 * HOUR;
const MARGIN = 25 * MINUTE;

export class DayPlot {
  /** Fills `figure`; stops listening when `signal` aborts. */
  constructor(figure, signal) {
    this.signal = signal;
    this.curve = h("div", { class: "curve", tabindex: "0", role: "group" });
    this.sky = h("div", { class: "sky", "aria-hidden": "true" });
    this.lanes = h("div", { class: "lanes" });
    const key = (look, text) => h("span", {}, h("i", { class: look }), text);
    figure.append(
      this.curve,
      this.sky,
      this.lanes,
      h(
        "figcaption",
        { class: "key" },
        key("key-band", "your usual"),
        key("key-sped", "above it, sitting still"),
        key("key-exertion", "moving, not judged"),
        key("key-gap", "not measured"),
      ),
    );
    this.zoomed = null;
    this.seconds = null;
    follow(this, signal);
    onResize(this.curve, () => this.draw(), signal);
  }

  show(timeline) {
    this.timeline = timeline;
    this.minutes = points(timeline.minutes, ms);
    const stamps = [timeline.start, ...timeline.minutes.map((minute) => minute.t), timeline.end];
    this.clock = new WallClock(stamps);
    this.day = extent(timeline);
    this.curve.setAttribute("aria-label", this.saying());
    this.draw();
  }

  /** Show [a, b] only, or the whole day when that is all of it. */
  zoom(a, b) {
    const [first, last] = this.day;
    const wide = Math.min(last - first, Math.max(LEAST, b - a));
    const from = Math.max(first, Math.min(last - wide, (a + b - wide) / 2));
    this.zoomed = wide >= last - first ? null : [from, from + wide];
    this.seconds = null;
    this.draw();
    this.onZoom?.(this.zoomed);
    if (this.zoomed && wide <= RAW_BELOW) this.fetchSeconds();
  }

  get range() {
    return this.zoomed ?? this.day;
  }

  async fetchSeconds() {
    const wanted = this.zoomed;
    let items;
    try {
      const span = { start: this.clock.iso(wanted[0]), end: this.clock.iso(wanted[1]), resolution: "second" };
      items = (await get(`/heart-rate${query(span)}`, this.signal)).items;
    } catch {
      return; // The minutes stay on show: less fine, but true.
    }
    if (this.zoomed !== wanted || !items.length) return;
    const least = ((wanted[1] - wanted[0]) / (this.x.range[1] - this.x.range[0])) * 1.5;
    this.seconds = thinned(points(items, ms), Math.ceil(least / 1000) * 1000).map((point) => ({
      ...point,
      ...usualAt(this.minutes, point.t),
    }));
    this.draw();
  }

  draw() {
    const width = this.curve.clientWidth;
    if (!this.timeline || !width) return;
    const narrow = width < 620;
    const box = narrow ? { left: 34, right: 8, top: 46, height: 290 } : { left: 92, right: 14, top: 38, height: 328 };
    const floor = box.height - 30;
    this.narrow = narrow;
    this.x = scale(...this.range, box.left, width - box.right);
    this.y = scale(...rates(this.minutes), floor, box.top);
    const { x, y, timeline } = this;
    const raw = this.seconds !== null;
    const apart = raw ? APART.second : APART.minute;
    const shown = (raw ? this.seconds : this.minutes).filter(
      (point) => point.t >= x.domain[0] - 2 * apart && point.t <= x.domain[1] + 2 * apart,
    );
    const band = this.minutes.filter(
      (point) => point.t >= x.domain[0] - 3 * MINUTE && point.t <= x.domain[1] + 3 * MINUTE,
    );
    const stripes = hatch();
    const clip = "day-clip";
    const now = ms(timeline.now);
    const placed = marks(this, shown.length ? shown : this.minutes);
    const svg = s(
      "svg",
      { class: "plot", width, height: box.height, viewBox: `0 0 ${width} ${box.height}`, "aria-hidden": "true" },
      stripes.definition,
      s(
        "defs",
        {},
        s(
          "clipPath",
          { id: clip },
          s("rect", { x: box.left, y: 0, width: width - box.left - box.right, height: floor }),
        ),
      ),
      s(
        "g",
        { "clip-path": `url(#${clip})` },
        stretches(timeline.spans).map((span) => {
          const [from, to] = [Math.round(x(ms(span.start))), Math.round(x(ms(span.end)))];
          return s("rect", {
            class: isMoving(span.state) ? "exertion" : null,
            fill: isMoving(span.state) ? null : stripes.fill,
            x: from,
            width: Math.max(1, to - from),
            y: box.top,
            height: floor - box.top,
          });
        }),
      ),
      s("g", { "clip-path": `url(#${clip})` }, usualBand(band, x, y, 3 * MINUTE)),
      rateAxis(x, y, narrow ? 3 : 5),
      usualWord(band, x, y),
      s(
        "g",
        { "clip-path": `url(#${clip})` },
        heartLine(shown, x, y, apart, !raw),
        timeline.events.map((event) =>
          sped(shown, x, y, apart, ms(event.start), event.end ? ms(event.end) : now, !raw),
        ),
        placed.leaders,
      ),
      narrow ? null : causes(timeline.spans, x),
      timeAxis(x, this.clock, box.height - 8, narrow ? 56 : 58),
    );
    this.floor = floor;
    this.top = box.top;
    this.keepFocus(() => this.curve.replaceChildren(svg, ...placed.links));
    sky(this.sky, x, this.clock, width);
    drawLanes(this.lanes, this);
    this.onDraw?.();
  }

  /** Marks are drawn anew with the picture; whoever stood on one keeps standing there. */
  keepFocus(work) {
    const at = this.curve.contains(document.activeElement) ? document.activeElement.dataset.event : null;
    work();
    if (at) this.curve.querySelector(`[data-event="${at}"]`)?.focus({ preventScroll: true });
  }

  /** The nearest drawn point to an instant (`drawn`: the height of the line there), and the span that says why there may be none. */
  at(instant) {
    const all = this.seconds ?? this.minutes;
    const half = this.seconds ? 0 : MINUTE / 2;
    const next = Math.max(
      1,
      all.findIndex((point) => point.t >= instant - half),
    );
    const i =
      all[next] && Math.abs(all[next].t + half - instant) < Math.abs(all[next - 1].t + half - instant)
        ? next
        : next - 1;
    const span = this.timeline.spans.find((each) => ms(each.start) <= instant && instant < ms(each.end));
    const point = all[i];
    if (!point || point.hr === null || Math.abs(point.t - instant) > 1.5 * MINUTE) return { point: null, span };
    const beside = (other) =>
      other && other.hr !== null && Math.abs(other.t - point.t) <= APART.minute && !this.seconds ? other.hr : point.hr;
    return { point, drawn: (beside(all[i - 1]) + 2 * point.hr + beside(all[i + 1])) / 4, span };
  }

  saying() {
    const known = this.minutes.filter((point) => point.hr !== null);
    if (!known.length) return "The day’s curve. Nothing was measured.";
    const events = this.timeline.events.length;
    return (
      `Heart rate from ${this.clock.hhmm(known[0].t)} to ${this.clock.hhmm(known.at(-1).t)}, with ${events || "no"} marked ${events === 1 ? "moment" : "moments"}. ` +
      "Arrow keys move through the minutes, N goes to the next mark."
    );
  }
}

function usualAt(minutes, t) {
  const near = minutes.findLast((minute) => minute.t <= t);
  return near ? { low: near.low, high: near.high } : { low: null, high: null };
}

/** From before the first thing of the day to after the last, never less than a few hours, never beyond the day. */
function extent(timeline) {
  const [start, end] = [ms(timeline.start), Math.min(ms(timeline.end), ms(timeline.start) + 25 * HOUR)];
  const things = [...timeline.minutes.slice(0, 1), ...timeline.minutes.slice(-1), ...timeline.intents]
    .map((each) => ms(each.t))
    .concat(
      timeline.prompts.map((prompt) => ms(prompt.shown)),
      timeline.entries.map((entry) => ms(entry.about ?? entry.created)),
    )
    .filter((instant) => instant >= start && instant <= end);
  if (!things.length) return [start, end || start + DAY];
  let from = Math.max(start, Math.min(...things) - MARGIN);
  let to = Math.min(end, Math.max(...things) + MARGIN);
  if (to - from < LEAST_DAY) to = Math.min(end, from + LEAST_DAY);
  if (to - from < LEAST_DAY) from = Math.max(start, to - LEAST_DAY);
  return [from, to];
}

function rates(minutes) {
  const known = minutes.map((point) => point.hr).filter((hr) => hr !== null);
  return [Math.min(46, ...known.map((hr) => hr - 4)), Math.max(130, ...known.map((hr) => hr + 4))];
}

/** The cause of each unjudged span in a word above it, as long as there is room for the word. */
function causes(spans, x) {
  const [left, right] = x.range;
  let taken = left - 40;
  const words = [];
  const wide = stretches(spans).filter((span) => x(ms(span.end)) - x(ms(span.start)) >= 5);
  for (const span of wide) {
    const middle = (Math.max(left, x(ms(span.start))) + Math.min(right, x(ms(span.end)))) / 2;
    const say = STATE_WORDS[span.state] ?? span.sentence;
    const half = say.length * 3.1 + 6;
    if (middle < left || middle > right || middle - half < taken) continue;
    words.push(s("text", { class: "cause", x: middle, y: 22, "text-anchor": "middle" }, say));
    taken = middle + half;
  }
  return s("g", {}, words);
}
