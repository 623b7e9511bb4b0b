// In: status and `prompt` news. Out: the one offer that stands, if any, and the wearer's answers to it.

import { send } from "./api.js";
import { currentStatus, listen, nowMs, refresh } from "./live.js";
import { ms } from "./time.js";

let latest = null;
const mine = new Set();

listen("status", (status) => {
  if (status.prompt) keep(status.prompt);
});
listen("prompt", keep);

function keep(prompt) {
  if (!latest || prompt.id >= latest.id) latest = prompt;
}

/** The offer that waits for an answer now, or null. */
export const standing = () => (latest && open(latest) && !currentStatus()?.modes.observing ? latest : null);

/** The newest offer, answered or not. */
export const newest = () => latest;

const open = (prompt) => !prompt.closed && !prompt.answer && nowMs() !== null && nowMs() < ms(prompt.expires);

/** True when it was this page that answered (and not a notification or another window). */
export const answeredHere = (prompt) => mine.has(prompt.id);

/** Send an answer; rejects with a Problem whose sentence can be shown. */
export async function answer(prompt, said, more = {}) {
  mine.add(prompt.id);
  const kept = await send("POST", `/prompts/${prompt.id}/answer`, { answer: said, ...more });
  keep(kept);
  refresh();
  return kept;
}
