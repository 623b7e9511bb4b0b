// In: the events of a day and the scales. Out: their round marks as real links, fanned apart where they crowd, grouped where they are many.

import { h, s } from "./dom.js";
import { icon } from "./icons.js";
import { ms } from "./time.js";
import { count } from "./words.js";

const RADIUS = 14;
const ABOVE = 20;
const APART = 32;
const MANY = 8;
const NEAR = 24;

/** `{links, leaders}` for the picture `plot`; `points` are the ones drawn, `plot.x` and `plot.y` where. */
export function marks(plot, points) {
  const { x, y, timeline } = plot;
  const [left, right] = x.range;
  const inside = timeline.events
    .map((event) => ({ events: [event], highest: event, at: x(ms(event.peak ?? event.start)) }))
    .filter((mark) => mark.at >= left - 1 && mark.at <= right + 1);
  const placed = fan(inside.length > MANY ? group(inside) : inside, left, right);
  const leaders = [];
  const links = placed.map((mark) => {
    const tip = y(peakOf(mark.highest, points));
    const top = Math.max(plot.narrow ? 24 : 46, tip - ABOVE);
    if (Math.abs(mark.shown - mark.at) > 2)
      leaders.push(s("line", { class: "leader", x1: mark.shown, y1: top + RADIUS, x2: mark.at, y2: tip - 2 }));
    const link = mark.events.length === 1 ? one(mark.events[0]) : several(mark, plot);
    link.style.left = `${mark.shown}px`;
    link.style.top = `${top}px`;
    return link;
  });
  return { links, leaders };
}

function one(event) {
  return h(
    "a",
    {
      class: "moment-mark",
      href: `/event/${event.id}`,
      data: { event: event.id },
      "aria-label": `${event.start.slice(11, 16)}, your heart sped up while you were still`,
    },
    h("span", {}, icon("hill")),
  );
}

function several(mark, plot) {
  const times = mark.events.map((event) => ms(event.start));
  const around = 10 * 60_000;
  return h(
    "button",
    {
      class: "moment-mark",
      type: "button",
      "aria-label": `${count(mark.events.length)} moments, look closer`,
      on: { click: () => plot.zoom(Math.min(...times) - around, Math.max(...times) + around) },
    },
    h("span", {}, String(mark.events.length)),
  );
}

/** The highest heart rate that is drawn while the event lasted. */
function peakOf(event, points) {
  const [start, end] = [ms(event.start) - 60_000, event.end ? ms(event.end) : Infinity];
  const drawn = points
    .filter((point) => point.hr !== null && point.t >= start && point.t <= end)
    .map((point) => point.hr);
  return drawn.length ? Math.max(...drawn) : event.hr_peak_bpm;
}

function group(all) {
  const found = [];
  for (const mark of all) {
    const last = found.at(-1);
    if (!last || mark.at - last.end >= NEAR) {
      found.push({ ...mark, end: mark.at, events: [...mark.events] });
      continue;
    }
    last.events.push(...mark.events);
    last.end = mark.at;
    if (mark.highest.hr_peak_bpm > last.highest.hr_peak_bpm)
      Object.assign(last, { highest: mark.highest, at: mark.at });
  }
  return found;
}

/** Push neighbours apart, in one pass to the right and one back, staying inside the picture. */
function fan(all, left, right) {
  const placed = all.map((mark) => ({ ...mark, shown: mark.at })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < placed.length; i += 1) {
    const gap = placed[i].shown - placed[i - 1].shown;
    if (gap >= APART) continue;
    placed[i - 1].shown -= (APART - gap) / 2;
    placed[i].shown += (APART - gap) / 2;
  }
  for (let i = 1; i < placed.length; i += 1) placed[i].shown = Math.max(placed[i].shown, placed[i - 1].shown + APART);
  const over = placed.length ? Math.max(0, placed.at(-1).shown - right) : 0;
  for (let i = placed.length - 1, limit = right; over && i >= 0; i -= 1, limit -= APART)
    placed[i].shown = Math.min(placed[i].shown, limit);
  for (const mark of placed) mark.shown = Math.max(left, mark.shown);
  return placed;
}
