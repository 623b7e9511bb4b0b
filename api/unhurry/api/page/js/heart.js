// In: /api/heart-rate by the beat, while someone breathes. Out: the heart on the page's own clock, asked for once a second. Silent in a day
// that runs faster than this one: its beats and this breath have nothing to do with each other.

import { get, query } from "./api.js";
import { currentStatus, nowMs } from "./live.js";
import { ms, read, write } from "./time.js";

const EVERY_MS = 1000;
const KEEP_MS = 110_000;
/** Beats of the last few seconds may still be judged otherwise, or come late. */
const SETTLED_MS = 8_000;
const CLIMB_BPM = 6;
const CLIMB_MS = 60_000;
const SAMPLE_MS = 15_000;
const LEAST = 5;
const CLEAR = new Set(["ok", "gap", "pending"]);

/** `breathMs`: a climb is looked for over whole breaths, whose own swing would else look like one. */
export function heartFollower(signal, breathMs) {
  const sampleMs = Math.ceil(SAMPLE_MS / breathMs) * breathMs;
  let beats = [];
  let asking = false;
  const look = async () => {
    const status = currentStatus();
    if (!status || status.speed !== 1 || !status.daemon.running || document.hidden || asking) return;
    asking = true;
    try {
      await ask(nowMs(), read(status.now).offsetMs);
    } catch {
      // The page says elsewhere that it has lost touch; the breath goes on without the heart.
    } finally {
      asking = false;
    }
  };

  async function ask(now, offsetMs) {
    const kept = beats.filter((beat) => beat.at >= now - KEEP_MS && beat.at < now - SETTLED_MS);
    const from = kept.length ? kept.at(-1).at + 1 : now - KEEP_MS;
    // The recording's now may run a little behind its newest beat.
    const span = { start: write(from, offsetMs), end: write(now + EVERY_MS, offsetMs), resolution: "beat" };
    const { items } = await get(`/heart-rate${query(span)}`, signal);
    const clock = performance.now() - nowMs();
    const fresh = items
      .filter((item) => CLEAR.has(item.verdict) && item.rr_ms > 0)
      .map((item) => ({ at: ms(item.t), hr: 60_000 / item.rr_ms }));
    beats = [...kept, ...fresh].map((beat) => ({ ...beat, page: beat.at + clock }));
  }

  const timer = setInterval(look, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  look();

  const median = (from, to) => {
    const rates = beats
      .filter((beat) => beat.page >= from && beat.page < to)
      .map((beat) => beat.hr)
      .sort((a, b) => a - b);
    return rates.length >= LEAST ? rates[rates.length >> 1] : null;
  };

  return {
    known: () => beats.length > 2 * LEAST,
    /** Beats in ms since `start` on the page's clock. */
    since: (start) => beats.map((beat) => ({ t: beat.page - start, hr: beat.hr })),
    /** True when the heart has climbed by six or more within the last minute of what began at `start`, above the usual (`stopping_rule.py`). */
    climbing: (start) => {
      const now = performance.now();
      if (now - CLIMB_MS - sampleMs < start) return false;
      const before = median(now - CLIMB_MS - sampleMs, now - CLIMB_MS);
      const after = median(now - sampleMs, now);
      if (before === null || after === null || after - before < CLIMB_BPM) return false;
      const { usual_low_bpm: low, usual_high_bpm: high } = currentStatus()?.moment ?? {};
      return low === null || low === undefined || after > (low + high) / 2;
    },
  };
}
