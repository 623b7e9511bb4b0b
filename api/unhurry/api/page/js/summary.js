// In: a timeline. Out: the one sentence over a day, as nodes: what is so, numbers apart.

import { settled } from "./tale.js";
import { num } from "./dom.js";
import { capital, count, many, times } from "./words.js";
import { dateOf } from "./time.js";

export function summary(timeline) {
  const { events, minutes, spans } = timeline;
  if (!minutes.length) return ["Nothing was recorded on this day. You can still write about it."];
  if (!events.length) {
    if (!minutes.some((minute) => minute.state === "calm" || minute.state === "aroused")) {
      return [
        spans.some((span) => span.state === "warming_up")
          ? "Getting to know the day’s heart rate. Nothing is judged yet."
          : "Nothing could be judged so far.",
      ];
    }
    return [
      dateOf(timeline.now) === timeline.date ? "Nothing has stood out so far." : "Nothing stood out on this day.",
    ];
  }
  const opening = `Your heart sped up ${times(events.length)} while you were still.`;
  const open = events.filter((event) => event.end === null);
  const half = events
    .map((event) => event.settled_half_s)
    .filter((seconds) => seconds !== null && seconds !== undefined);
  if (open.length) return [`${opening} ${events.length === 1 ? "It is" : "The last time is"} not quite over yet.`];
  if (half.length < events.length || !events.every(settled)) return [opening];
  const minutesOf = half.map((seconds) => Math.max(1, Math.round(seconds / 60)));
  const [least, most] = [Math.min(...minutesOf), Math.max(...minutesOf)];
  const span = least === most ? many(most, "minute") : `${count(least)} to ${many(most, "minute")}`;
  return [
    `${opening} ${events.length === 1 ? "It came down again" : "Each time it came down again"}`,
    num(`, half-way within ${span}`),
    ".",
  ].map((part) => (typeof part === "string" ? capital(part) : part));
}
