// In: ranges of time and heart rate. Out: linear scales and the ticks that suit them.

import { HOUR, MINUTE } from "./time.js";

/** A function from [a, b] to [from, to], with `.back` for the other way. */
export function scale(a, b, from, to) {
  const slope = (to - from) / (b - a || 1);
  const along = (value) => from + (value - a) * slope;
  along.back = (pixel) => a + (pixel - from) / slope;
  along.domain = [a, b];
  along.range = [from, to];
  return along;
}

const TIME_STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
];

/** Round wall-clock instants between the ends of `x`, at least `apart` pixels from each other. */
export function timeTicks(x, clock, apart) {
  const [a, b] = x.domain;
  const pixels = Math.abs(x.range[1] - x.range[0]);
  const step = TIME_STEPS.find((each) => (each / (b - a)) * pixels >= apart) ?? TIME_STEPS.at(-1);
  const offset = clock.offsetAt((a + b) / 2);
  const ticks = [];
  for (let t = Math.ceil((a + offset) / step) * step - offset; t <= b; t += step) ticks.push(t);
  return ticks;
}

/** Round heart rates between `low` and `high`, about `wanted` of them. */
export function rateTicks(low, high, wanted) {
  const step = [5, 10, 15, 20, 30, 40].find((each) => (high - low) / each <= wanted) ?? 50;
  const ticks = [];
  for (let rate = Math.ceil(low / step) * step; rate <= high; rate += step) ticks.push(rate);
  return ticks;
}

/** A calm range around what is drawn: whole tens, never narrower than `least`. */
export function rateRange(values, least = 30) {
  const known = values.filter((value) => Number.isFinite(value));
  if (!known.length) return [50, 90];
  let low = Math.floor((Math.min(...known) - 3) / 5) * 5;
  let high = Math.ceil((Math.max(...known) + 3) / 5) * 5;
  if (high - low < least) {
    const middle = Math.round((low + high) / 10) * 5;
    low = middle - least / 2;
    high = middle + least / 2;
  }
  return [low, high];
}
