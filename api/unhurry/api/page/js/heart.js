// In: /api/heart-rate by the second, while someone breathes. Out: the heart on the page's own clock. Silent in a day that runs faster
// than this one: its beats and this breath have nothing to do with each other.

import { currentStatus, nowMs } from "./live.js";
import { SecondsWindow } from "./seconds.js";
import { read } from "./time.js";

const EVERY_MS = 3000;
const KEEP_MS = 90_000;
const CLIMB_BPM = 6;
const CLIMB_MS = 60_000;
const SAMPLE_MS = 15_000;

export function heartFollower(signal) {
  const trail = new SecondsWindow();
  let beats = [];
  const look = async () => {
    const status = currentStatus();
    if (!status || status.speed !== 1 || !status.daemon.running || document.hidden) return;
    const now = nowMs();
    const clock = performance.now() - now;
    const items = await trail.upTo(now - KEEP_MS, now, read(status.now).offsetMs, signal).catch(() => []);
    beats = items.filter((item) => item.hr_bpm !== null).map((item) => ({ page: item.at + clock, hr: item.hr_bpm }));
  };
  const timer = setInterval(look, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  look();

  const median = (from, to) => {
    const rates = beats
      .filter((beat) => beat.page >= from && beat.page < to)
      .map((beat) => beat.hr)
      .sort((a, b) => a - b);
    return rates.length > 4 ? rates[rates.length >> 1] : null;
  };

  return {
    known: () => beats.length > 10,
    /** Beats in seconds since `start` on the page's clock. */
    since: (start) => beats.map((beat) => ({ t: (beat.page - start) / 1000, hr: beat.hr })),
    /** True when the heart has climbed by six or more within the last minute. */
    climbing: () => {
      const now = performance.now();
      const before = median(now - CLIMB_MS - SAMPLE_MS, now - CLIMB_MS);
      const after = median(now - SAMPLE_MS, now);
      return before !== null && after !== null && after - before >= CLIMB_BPM;
    },
  };
}
