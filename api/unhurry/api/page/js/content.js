// In: /api/practices. Out: the practices, asked for once, and the few the page looks for by what they are.

import { get } from "./api.js";

let asked = null;

/** All practices the wearer can be offered; asked for again only after a failure, or when one was put away or brought back. */
export const practices = () => everything().then(({ items }) => items);

/** `{items, put_away, problems}` as the service has them. */
export function everything() {
  asked ??= get("/practices").then(learn, (problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** Ask anew from here on. */
export const changed = () => (asked = null);

/** The address at which a practice is done. */
export const addressOf = (practice) => `/${practice.phases.length ? "breathe" : "ground"}/${practice.name}`;

/** The shortest breath that may be offered: "three slow breaths" in our own content. */
export const shortest = (all) => byLength(all.filter((each) => each.phases.length && each.offered))[0];

/** A practice that looks outward, for whoever wants no breath. */
export const outward = (all) =>
  byLength(all.filter((each) => each.group === "outward"))[0] ?? all.find((each) => each.steps.length) ?? all[0];

const byLength = (some) => [...some].sort((a, b) => a.minutes - b.minutes);

const titles = new Map();

/** A practice's title, once known; its name in plain letters until then. */
export const titleOf = (name) => titles.get(name) ?? (name ?? "a practice").replaceAll("_", " ");

function learn(found) {
  for (const { name, title } of [...found.items, ...found.put_away]) titles.set(name, title);
  return found;
}
