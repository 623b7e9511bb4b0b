// In: an answered question of "What would I have got?". Out: it as nodes: one sentence, the days, what would have been otherwise, and how to keep it.

import { announce, h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { LABELS } from "./tale.js";
import { dateOf, dayName, hhmm, shortDay } from "./time.js";
import { capital, count, many } from "./words.js";

/** Why it would have stayed silent, to follow "silent, ". */
const WHY = {
  warm_up: "still getting to know your heart rate",
  cooldown: "soon after another offer",
  budget: "the day’s offers had been made",
  quiet_hours: "within quiet hours",
  snoozed: "you had asked for quiet",
  conversation: "you were in a conversation",
  driving: "you were driving",
  exertion: "it may have been stairs",
  low_confidence: "not sure enough",
  uneven_beats: "the beats were uneven",
  planned_exposure: "a step you had planned",
  observing: "only observing",
  withheld_random: "left out by chance",
};
const ANSWERED = {
  start: "you began a practice",
  done: "you took the practice",
  not_now: "you said Not now",
  fine: "you said I’m fine",
};

const GROUPS = [
  ["Offers you would not have had", ({ before, after }) => before === "prompt" && after !== "prompt"],
  ["Offers you would have had besides", ({ before, after }) => before !== "prompt" && after === "prompt"],
  ["Moments not noticed, and silent either way", ({ before, after }) => before === "held" && !after],
  ["Moments noticed besides, and silent", ({ before, after }) => !before && after === "held"],
];

export function answer({ settings, keep, result }) {
  const groups = GROUPS.map(([title, fits]) => [title, result.changes.filter(fits)]).filter(([, list]) => list.length);
  return [
    h("p", { class: "quiet" }, ...settings.flatMap((each, n) => [n ? "; " : "", tried(each)])),
    h("p", { class: "worth-said" }, ...summary(result.total)),
    result.recorded.sentence ? h("p", { class: "small soft" }, result.recorded.sentence) : null,
    days(result.days),
    groups.length
      ? h(
          "section",
          { class: "stack" },
          ...groups.map(([title, list], n) => group(title, list, n === 0 || list.length <= 6)),
        )
      : h("p", { class: "soft" }, "No moment would have gone otherwise."),
    result.left_out
      ? h("p", { class: "quiet" }, num(`${capital(many(result.left_out, "more change"))} not shown.`))
      : null,
    keeping(keep),
  ].filter(Boolean);
}

const tried = ({ title, unit, before, after }) => [
  title,
  num(`: ${shown(after)}${unit ? ` ${unit}` : ""} instead of ${shown(before)}`),
  word(", changed"),
];
const shown = (value) => ({ true: "on", false: "off" })[value] ?? value;

function summary({ days, offers_before: before, offers_after: after, events_before: noticed, events_after: would }) {
  const a = (n) => (days ? n / days : 0).toFixed(1).replace(/\.0$/, "");
  const than = (n, other) => (n < other ? "Fewer" : n > other ? "More" : "As many");
  const worn = days === 1 ? "on the one day worn" : `over ${many(days, "day")} worn`;
  return [
    `${than(after, before)} offers`,
    num(after === before ? `: ${a(after)} a day, ${worn}` : `: ${a(after)} a day instead of ${a(before)}, ${worn}`),
    ". ",
    would === noticed
      ? "As many moments noticed."
      : [
          num(`${capital(count(would))} moments noticed instead of ${count(noticed)}.`),
          word(`${than(would, noticed)} moments noticed.`),
        ],
  ].flat();
}

const DOTS = [
  ["stays", "an offer either way"],
  ["gone", "one less"],
  ["new", "one more"],
];

function days(list) {
  return h(
    "section",
    { class: "card" },
    h("h3", { class: "strong" }, "Offers, day by day"),
    h(
      "p",
      { class: "dot-key quiet", "aria-hidden": "true" },
      ...DOTS.map(([look, text]) => h("span", {}, h("i", { class: look }), text)),
    ),
    h("ol", { class: "try-days" }, ...list.toReversed().map(day)),
  );
}

function day({ date, worn_hours: worn, offers_before: before, offers_after: after }) {
  const both = Math.min(before, after);
  const dots = [...Array(both).fill("stays"), ...Array(before - both).fill("gone"), ...Array(after - both).fill("new")];
  return h(
    "li",
    {},
    h("a", { class: "plain-link", href: `/day/${date}` }, dayName(date)),
    h("span", { class: "dots-row", "aria-hidden": "true" }, ...dots.map((look) => h("i", { class: look }))),
    num(h("span", { class: "quiet tabular" }, before === after ? `${before}` : `${before} → ${after}`)),
    h("span", { class: "quiet worn" }, num(`${Math.round(worn)} h worn`)),
  );
}

function group(title, list, open) {
  return h(
    "details",
    { class: "changes", open },
    h("summary", {}, title, num(h("span", { class: "quiet" }, `, ${list.length}`))),
    h("ol", { class: "daylist" }, ...list.toReversed().map(change)),
  );
}

function change(it) {
  const title = [h("span", {}, shortDay(dateOf(it.t)), ", ", hhmm(it.t))];
  const label = LABELS.find(([slug]) => slug === it.label)?.[1];
  return h(
    "li",
    { class: "nothing" },
    h(
      "h3",
      {},
      it.event ? h("a", { href: `/event/${it.event}` }, ...title) : title,
      num(`, ${Math.round(it.rise_bpm)} beats over your usual`),
    ),
    h("p", { class: "small soft" }, capital(fate(it))),
    label || it.answer
      ? h(
          "p",
          { class: "small" },
          capital([label && `For you: ${label}`, it.answer && ANSWERED[it.answer]].filter(Boolean).join("; ")),
          ".",
        )
      : null,
  );
}

function fate({ before, after, reason_before: was, reason_after: would }) {
  const silent = (reason) => `silent${WHY[reason] ? `, ${WHY[reason]}` : ""}`;
  if (!after) return before === "prompt" ? "not noticed, so no offer." : "not noticed.";
  if (!before) return after === "prompt" ? "noticed, and an offer." : `noticed, and ${silent(would)}.`;
  return after === "prompt" ? `an offer. As it is: ${silent(was)}.` : `noticed, and ${silent(would)}.`;
}

/** The lines for `config.toml`: the page itself never changes a setting. */
function keeping(keep) {
  const tables = [...new Set(keep.map((each) => each.table))];
  const text = tables
    .map((table) => [`[${table}]`, ...keep.filter((each) => each.table === table).map((each) => each.line)].join("\n"))
    .join("\n\n");
  const copy = h("button", { class: "btn less", type: "button", on: { click: copied } }, "Copy these lines");
  async function copied() {
    try {
      await navigator.clipboard.writeText(text);
      copy.replaceChildren(icon("check"), "Copied");
      announce("Copied.");
    } catch {
      copy.textContent = "Mark the lines and copy them";
    }
  }
  return h(
    "section",
    { class: "aside keep" },
    h("h2", {}, "If you want to keep it"),
    h(
      "p",
      {},
      "Put these lines into config.toml in your settings folder (under the same heading, if it is there already), and start Unhurry again. Until then nothing changes.",
    ),
    h("pre", {}, h("code", {}, text)),
    copy,
  );
}
