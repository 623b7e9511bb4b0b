// In: numbers. Out: plain words for them, small numbers spelled out.

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

export const count = (n) => SMALL[n] ?? String(n);

export const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${count(n)} times`);

export const many = (n, one, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "half a minute", "four minutes", "1 h 12" */
export function duration(seconds) {
  if (seconds < 20) return many(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 45) return "half a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return many(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${String(minutes % 60).padStart(2, "0")}` : many(hours, "hour");
}

/** The same without a number in it. */
export function roughly(seconds) {
  if (seconds < 90) return "about a minute";
  if (seconds < 12 * 60) return "a few minutes";
  if (seconds < 50 * 60) return "less than an hour";
  return "more than an hour";
}

export const listed = (items) =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
