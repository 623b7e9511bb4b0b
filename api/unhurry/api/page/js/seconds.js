// In: /api/heart-rate by the second. Out: a window of it that moves along with now and asks only for what is new.

import { get, query } from "./api.js";
import { ms, write } from "./time.js";

/** Seconds may still change this long after they came first (a late beat). */
const SETTLED_MS = 30_000;

export class SecondsWindow {
  constructor() {
    this.items = [];
  }

  /** The items of [start, end), oldest first. */
  async upTo(start, end, offsetMs, signal) {
    const kept = this.items.filter((item) => item.at >= start && item.at < end - SETTLED_MS);
    const last = kept.at(-1)?.at;
    const from = last === undefined ? start : Math.max(start, last + 1);
    const span = { start: write(from, offsetMs), end: write(end, offsetMs), resolution: "second" };
    const fresh = (await get(`/heart-rate${query(span)}`, signal)).items;
    this.items = [...kept, ...fresh.map((item) => ({ ...item, at: ms(item.t) }))];
    return this.items;
  }
}
