// In: the spans of a day that were not judged. Out: stretches as a person would tell them: movement and what follows it are one.

import { MINUTE, ms } from "./time.js";

const MOVING = new Set(["moving", "after_exertion", "posture"]);
const UNMEASURED = new Set(["no_link", "suspended", "off_body", "paused", "stopped", "ended", "interrupted", "clock_set"]);

export const isMoving = (state) => MOVING.has(state);
export const isUnmeasured = (state) => UNMEASURED.has(state);

/** Spans with neighbouring movement joined, named by the movement; `moving_s` is the movement alone, without its aftermath. */
export function stretches(spans) {
  const found = [];
  for (const span of spans) {
    const moving = span.state === "moving" ? (ms(span.end) - ms(span.start)) / 1000 : 0;
    const last = found.at(-1);
    if (last && isMoving(last.state) && isMoving(span.state) && ms(span.start) - ms(last.end) <= MINUTE) {
      last.end = span.end;
      last.moving_s += moving;
      if (moving) Object.assign(last, { state: span.state, sentence: span.sentence });
    } else {
      found.push({ ...span, moving_s: moving });
    }
  }
  return found;
}
