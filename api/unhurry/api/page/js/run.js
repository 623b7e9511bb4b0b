// In: a practice that is being done. Out: it is kept by the service, with its pauses and its end, and the service says what the heart did. A
// practice works without any of this, so a failure here stays unsaid.

import { get, send } from "./api.js";

/** Whoever only looks in has not begun. */
const BEGUN_AFTER_MS = 5000;
const ASK_EVERY_MS = 2000;
const ASK_FOR_MS = 60_000;

/** `paced()` says when the breath was paced, or nothing is paced (null). Left without an end, a practice was stopped. */
export function keepRun(practice, promptId, { signal, breathS = null, paced = () => null }) {
  const made = performance.now();
  let kept = null;
  let ended = false;
  let latest = null;
  const timer = setTimeout(begin, BEGUN_AFTER_MS);
  signal.addEventListener("abort", () => end("stopped"));
  addEventListener("pagehide", () => end("stopped", { keepalive: true }), { signal });
  const asking = setInterval(ask, ASK_EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(asking));

  function begin() {
    const ago_s = (performance.now() - made) / 1000;
    kept ??= send("POST", "/practice-runs", { practice, prompt: promptId, ago_s, breath_s: breathS }).catch(() => null);
    if (paced()) tell({ paced: paced() });
  }

  async function tell(words, options) {
    const run = await kept;
    return run && send("PATCH", `/practice-runs/${run.id}`, words, undefined, options).catch(() => null);
  }

  async function ask() {
    const run = await kept;
    if (run && !ended && breathS) latest = await get(`/practice-runs/${run.id}`, signal).catch(() => latest);
  }

  function end(endedBy, options) {
    clearTimeout(timer);
    if (ended) return;
    ended = true;
    const stretches = paced();
    // Ended before it had begun, it is not kept.
    if (kept) tell({ ...(stretches ? { paced: closed(stretches, made) } : {}), ended_by: endedBy }, options);
  }

  return {
    /** The breath was paused, or goes on. */
    changed: () => kept && !ended && tell({ paced: paced() }),
    soFar: () => latest?.so_far ?? null,
    end,
    /** How it felt, as far as it was said. */
    felt: (words) => tell(words),
    /** Its number, once it is kept; null when it is not. */
    id: async () => (await kept)?.id ?? null,
  };
}

const closed = (stretches, made) =>
  stretches.map((each) => ({ ...each, until_s: each.until_s ?? (performance.now() - made) / 1000 }));

/** The sentence that says what the heart did, as soon as it is known; null when it does not come. */
export async function heartSaid(id, signal) {
  const until = performance.now() + ASK_FOR_MS;
  while (id && !signal.aborted && performance.now() < until) {
    const run = await get(`/practice-runs/${id}`, signal).catch(() => null);
    if (!run || (run.ended && run.breath_s === null)) return null;
    if (run.sentence) return run.sentence;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return null;
}
