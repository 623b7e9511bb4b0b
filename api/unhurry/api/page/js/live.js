// In: /api/live. Out: the latest status, news for listeners, and what time it is in the recording.

import { get } from "./api.js";
import { read, write } from "./time.js";

const KINDS = ["status", "event", "prompt", "entry", "day", "finding"];
const PATIENCE_MS = 4000;
const RETRY_MS = 5000;
/** Status comes at least every 15 s. Without it the page's own clock stops guessing after this long. */
const GUESS_MS = 60_000;

const listeners = new Map([...KINDS, "touch"].map((kind) => [kind, new Set()]));
let status = null;
let heardAt = 0;
let source = null;
let patience = 0;
let touching = true;

export const currentStatus = () => status;

/** False while the page has lost touch with Unhurry. */
export const inTouch = () => touching;

/** Milliseconds of the recording's now, carried on at its own speed between two answers; null before the first. */
export function nowMs() {
  if (!status) return null;
  const since = Math.min(performance.now() - heardAt, GUESS_MS);
  return read(status.now).ms + (status.daemon.running ? since * status.speed : 0);
}

export const nowIso = () => (status ? write(nowMs(), read(status.now).offsetMs) : null);

/** Call `listener` with each news of `kind` (status, event, prompt, entry, day, finding, touch) until `signal` aborts. */
export function listen(kind, listener, signal) {
  listeners.get(kind).add(listener);
  signal?.addEventListener("abort", () => listeners.get(kind).delete(listener));
}

/** Resolves once a status is known. */
export const firstStatus = (signal) =>
  status
    ? Promise.resolve(status)
    : new Promise((resolve) => {
        const stop = new AbortController();
        signal?.addEventListener("abort", () => stop.abort());
        listen(
          "status",
          (news) => {
            stop.abort();
            resolve(news);
          },
          stop.signal,
        );
      });

export function connect() {
  get("/status").then(take, () => {});
  open();
  addEventListener("online", () => {
    if (!touching) open();
  });
}

/** Ask for the status at once, for after the wearer has changed something. */
export const refresh = () => get("/status").then(take, () => {});

function open() {
  source?.close();
  source = new EventSource("/api/live");
  source.onopen = () => touch(true);
  source.onerror = () => {
    patience ||= setTimeout(() => touch(false), PATIENCE_MS);
    // The browser retries by itself unless the answer was an error; then it gives up and we do it.
    if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (message) => {
      const news = JSON.parse(message.data);
      if (kind === "status") take(news);
      else tell(kind, news);
    });
  }
}

function touch(good) {
  if (good) {
    clearTimeout(patience);
    patience = 0;
  }
  if (good === touching) return;
  touching = good;
  tell("touch", good);
  if (good) refresh();
}

function take(news) {
  status = news;
  heardAt = performance.now();
  tell("status", news);
}

function tell(kind, news) {
  for (const listener of [...listeners.get(kind)]) listener(news);
}
