// In: a timeline. Out: the day in order as plain records {iso, icon, glyph, title, short, length_s, lines, words, href, key}. No page in here.

import { ms, MINUTE } from "./time.js";
import { STATE_WORDS } from "./states.js";
import { capital } from "./words.js";
import { isMoving, isUnmeasured, stretches } from "./spans.js";
import { titleOf } from "./content.js";

/** Stretches shorter than these are in the picture but not told; what was not measured is always told. */
const TOLD_MOVING_MS = 10 * MINUTE;
const TOLD_UNJUDGED_MS = 3 * MINUTE;

export const ANSWERS = {
  start: "You said: Start.",
  done: "You took the practice.",
  not_now: "You said: Not now.",
  fine: "You said: I’m fine.",
};
export const REASON_WORDS = {
  meeting: "in a meeting",
  driving: "driving",
  excited: "just excited",
  leave_me_today: "leave me today",
};
export const LABELS = [
  ["tense", "Tense"],
  ["moved", "I had moved"],
  ["talked", "I had talked"],
  ["excited", "Excited"],
  ["coffee", "Coffee"],
  ["wrong", "Nothing, a wrong guess"],
  ["unknown", "I don’t know"],
];

/** True when the heart came down by itself (half-way at least), rather than getting up or the recording coming to an end. */
export const settled = (event) => Boolean(event.end) && (event.closed ?? "settled") === "settled";

const STAYED_MS = 20_000;

/** When (ISO) the heart of a moment with its curve was back in its usual band and stayed there; null where the curve does not show it. */
export function nearUsual(event) {
  if (!settled(event)) return null;
  let since = null;
  for (const point of event.curve ?? []) {
    const at = ms(point.t);
    if (at < ms(event.peak)) continue;
    if (!["calm", "aroused"].includes(point.state)) return null;
    const inside = point.hr_bpm !== null && point.baseline_bpm !== null && point.hr_bpm <= point.baseline_bpm + 2 * point.spread_bpm;
    since = inside ? (since ?? point.t) : null;
    if (since !== null && at - ms(since) >= STAYED_MS) return since;
  }
  return null;
}

/** What came of an offer, in one sentence. */
export function answered(prompt, nowMs = Infinity) {
  if (prompt.answer) {
    const why = REASON_WORDS[prompt.reason];
    return why ? `${ANSWERS[prompt.answer].slice(0, -1)}, ${why}.` : ANSWERS[prompt.answer];
  }
  return prompt.closed === "expired" || ms(prompt.expires) < nowMs ? "Not answered." : "It waits for an answer.";
}

export function tale(timeline) {
  const now = ms(timeline.now);
  const here = new Set(timeline.events.map((event) => event.id));
  return [
    ...timeline.events.map((event) =>
      moment(
        event,
        now,
        timeline.entries.filter((entry) => entry.events[0] === event.id),
      ),
    ),
    ...timeline.prompts.filter((prompt) => !prompt.event).map((prompt) => offered(prompt, now)),
    ...timeline.decisions.filter((decision) => !decision.event && decision.decision === "held").map(held),
    ...practised(timeline)
      .filter((each) => !each.prompt)
      .map((each) => ({
        iso: each.iso,
        icon: "waves",
        glyph: "of-practice",
        title: each.title,
        key: `practice-${each.iso}`,
        lines: [],
      })),
    ...conversations(timeline).map((talk) => ({
      iso: talk.iso,
      icon: "people",
      glyph: "of-person",
      title: "Conversation",
      key: `talk-${talk.iso}`,
      length_s: talk.endIso ? (ms(talk.endIso) - ms(talk.iso)) / 1000 : null,
      lines: talk.endIso ? [] : ["Until you say it is over."],
    })),
    ...timeline.entries
      .filter((entry) => !here.has(entry.events[0]))
      .map((entry) => ({
        iso: entry.about ?? entry.created,
        icon: "pen",
        glyph: "of-words",
        title: template(entry.template),
        key: `entry-${entry.id}`,
        lines: [],
        words: words(entry),
        href: `/journal/${entry.id}`,
      })),
    ...stretches(timeline.spans).filter(told).map(span),
  ].sort((a, b) => ms(a.iso) - ms(b.iso));
}

/** A moment, with the words that were written about it. */
function moment(event, now, entries) {
  const decision = event.decision;
  const lines = [];
  if (event.prompt) lines.push(answered(event.prompt, now));
  else if (decision?.decision === "held") lines.push(`Unhurry stayed silent. ${decision.sentence}`);
  return {
    iso: event.start,
    icon: "hill",
    glyph: "of-heart",
    title: "Your heart sped up while you were still",
    short: "Your heart sped up",
    numbers: `${Math.round(event.hr_baseline_bpm)} to ${Math.round(event.hr_peak_bpm)}. `,
    lines,
    href: `/event/${event.id}`,
    key: `event-${event.id}`,
    words: entries.map(words).join("\n\n"),
    label: LABELS.find(([slug]) => slug === event.label)?.[1] ?? null,
  };
}

const offered = (prompt, now) => ({
  iso: prompt.shown,
  icon: "offer",
  glyph: "of-offer",
  title: prompt.title,
  lines: [answered(prompt, now)],
  key: `prompt-${prompt.id}`,
});

const held = (decision) => ({
  iso: decision.t,
  icon: "offer",
  glyph: "of-nothing",
  title: "Unhurry stayed silent",
  lines: [decision.sentence],
  key: `decision-${decision.id}`,
});

const told = (each) =>
  isUnmeasured(each.state) ||
  ms(each.end) - ms(each.start) >= (isMoving(each.state) ? TOLD_MOVING_MS : TOLD_UNJUDGED_MS);

const LINES = {
  moving: "Not judged. A moving heart is meant to be quick.",
  after_exertion: "Not judged while a heart comes down from moving.",
  warming_up: "Getting to know the day’s heart rate.",
  noisy: "The strap was hard to hear.",
  uneven: "Beat data too uneven.",
  asleep: "Nothing is offered in sleep.",
  posture: "Standing up quickens a heart.",
};

function span(each) {
  const lost = isUnmeasured(each.state);
  return {
    iso: each.start,
    icon: lost ? "gap" : isMoving(each.state) ? "walk" : "gap",
    glyph: "of-nothing",
    title: lost ? "Not measured" : capital(STATE_WORDS[each.state] ?? each.sentence),
    short: lost
      ? `Not measured, ${STATE_WORDS[each.state] ?? each.sentence}`
      : `${capital(STATE_WORDS[each.state] ?? each.sentence)}, so not judged`,
    length_s: each.moving_s || (ms(each.end) - ms(each.start)) / 1000,
    lines: [lost ? `${capital(each.sentence)}.` : (LINES[each.state] ?? "Not judged.")],
    key: `span-${each.start}`,
  };
}

/** Practices of a day: those that followed an offer, and those begun without one. */
export const practised = (timeline) => [
  ...timeline.prompts
    .filter((prompt) => prompt.answer === "start" || prompt.answer === "done")
    .map((prompt) => ({
      iso: prompt.answered ?? prompt.shown,
      title: titleOf(prompt.practice),
      name: prompt.practice,
      prompt,
    })),
  ...timeline.intents
    .filter((intent) => intent.kind === "start_practice")
    .map((intent) => ({
      iso: intent.t,
      title: titleOf(intent.arguments.practice),
      name: intent.arguments.practice,
      prompt: null,
    })),
];

/** Conversations of a day from their marks; one that is not over has no end. */
export function conversations(timeline) {
  const found = [];
  for (const { kind, t } of timeline.intents) {
    if (kind === "conversation_start" && (!found.length || found.at(-1).endIso)) found.push({ iso: t, endIso: null });
    if (kind === "conversation_end" && found.length && !found.at(-1).endIso) found.at(-1).endIso = t;
  }
  return found;
}

const TEMPLATES = {
  note: "Note",
  event_note: "About a moment",
  morning_checkin: "Morning check-in",
  evening_reflection: "Evening reflection",
};
export const template = (slug) => TEMPLATES[slug] ?? capital(slug.replaceAll("_", " "));

/** The wearer's words of an entry, body first. */
export const words = (entry) => [entry.body, ...Object.values(entry.fields ?? {})].filter(Boolean).join("\n");
