// In: points {t, hr, low, high} in order (hr null where nothing is known). Out: SVG path strings. No line ever crosses a gap.

const at = (value) => Math.round(value * 10) / 10;

/** How many spreads to each side still count as usual: nineteen of twenty moments at rest, where they scatter evenly. */
const SPREADS = 2;

/** The wearer's usual at one item's time, or nulls where it was not known. */
export function usual(item) {
  if (!Number.isFinite(item.baseline_bpm) || !Number.isFinite(item.spread_bpm)) return { low: null, high: null };
  return { low: item.baseline_bpm - SPREADS * item.spread_bpm, high: item.baseline_bpm + SPREADS * item.spread_bpm };
}

/** Points of API items: `low` and `high` are the wearer's usual at that time. */
export const points = (items, ms) =>
  items.map((item) => ({ t: ms(item.t), hr: item.hr_bpm ?? null, state: item.state, ...usual(item) }));

/** No more points than the eye can part: the median of each `step` ms. */
export function thinned(all, step) {
  const bins = new Map();
  for (const point of all) {
    const bin = Math.floor(point.t / step);
    if (!bins.has(bin)) bins.set(bin, []);
    bins.get(bin).push(point);
  }
  return [...bins.values()].map((bin) => {
    const known = bin.filter((point) => point.hr !== null).sort((a, b) => a.hr - b.hr);
    return { ...bin[0], hr: known.length ? known[known.length >> 1].hr : null };
  });
}

/** Runs of neighbours no further apart than `apart` ms in which `known(point)` holds. */
export function runs(all, apart, known = (point) => point.hr !== null) {
  const found = [];
  let run = [];
  for (const point of all) {
    const goes = known(point);
    if (run.length && (!goes || point.t - run.at(-1).t > apart)) {
      found.push(run);
      run = [];
    }
    if (goes) run.push(point);
  }
  if (run.length) found.push(run);
  return found;
}

/** One run, each heart rate eased towards its neighbours, for the eye only. */
export const eased = (run) =>
  run.map((point, i) => {
    const before = run[i - 1] ?? point;
    const after = run[i + 1] ?? point;
    return { ...point, hr: (before.hr + 2 * point.hr + after.hr) / 4 };
  });

export const line = (run, x, y, of = (point) => point.hr) =>
  run.length === 1
    ? `M${at(x(run[0].t) - 0.6)} ${at(y(of(run[0])))}h1.2`
    : run.map((point, i) => `${i ? "L" : "M"}${at(x(point.t))} ${at(y(of(point)))}`).join("");

/** The area between two values of each point. */
export const area = (run, x, y, upper, lower) =>
  `${line(run, x, y, upper)}${[...run]
    .reverse()
    .map((point) => `L${at(x(point.t))} ${at(y(lower(point)))}`)
    .join("")}Z`;

/** The parts of a run above `high`, cut exactly where the line crosses it. */
export function above(run) {
  const found = [];
  let part = [];
  const over = (point) => point.high !== null && point.hr > point.high;
  run.forEach((point, i) => {
    const before = run[i - 1];
    if (before && before.high !== null && point.high !== null && over(before) !== over(point)) {
      const [a, b] = [before.hr - before.high, point.hr - point.high];
      const share = a / (a - b);
      const mix = (from, to) => from + (to - from) * share;
      const crossing = {
        t: mix(before.t, point.t),
        hr: mix(before.high, point.high),
        high: mix(before.high, point.high),
      };
      part.push(crossing);
      if (!over(point)) {
        found.push(part);
        part = [];
      }
    }
    if (over(point)) part.push(point);
  });
  if (part.length) found.push(part);
  return found.filter((each) => each.length > 1);
}
