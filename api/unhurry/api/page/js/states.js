// In: the status. Out: what is so, in words, and at most one thing to do. Nothing here touches the page.
//
// `describe` gives {say, more: [string | {num, word}], act: {label, intent, arguments} | null, quiet: hide curve and number, level}.

import { dateOf, dayName, hhmm } from "./time.js";

const at = (iso) => (iso ? ` at ${hhmm(iso)}` : "");
const since = (iso) => (iso ? `Since ${hhmm(iso)}. ` : "");

const LINKS = {
  no_adapter: () => [
    "This computer has no Bluetooth that Unhurry can use.",
    "Plug one in, or look in the Bluetooth settings.",
  ],
  adapter_off: () => ["Bluetooth is switched off.", "Switch it on, and Unhurry finds the strap by itself."],
  not_permitted: () => [
    "Unhurry may not use Bluetooth yet.",
    "Allow it in the system settings, and it goes on by itself.",
  ],
  looking: () => ["Looking for the strap.", "Put it on, with damp electrodes. It can take half a minute."],
  taken: () => ["Another app holds the strap.", "Close it there, or switch off Bluetooth on the phone that uses it."],
  connecting: () => ["The strap was found.", "Connecting. This takes a few seconds."],
  subscribed: () => ["The strap is connected.", "Waiting for the first beat."],
  silent: (link) => [
    `The strap is connected, but nothing has come since ${hhmm(link.since)}.`,
    "Damp electrodes and a snug band usually help.",
  ],
  lost: (link) => [
    `The strap went quiet${at(link.since)}.`,
    `Unhurry is looking for it. Up to ${hhmm(link.since)} everything is kept. If it takes long: wet the electrodes, come nearer.`,
  ],
  waiting: () => ["The strap is out of reach.", "Unhurry tries again in a moment. Everything up to now is kept."],
  paused: () => ["Measuring is paused.", "Nothing is recorded until it goes on."],
  ended: () => ["The recording has come to its end.", "What was kept is under Today. Unhurry measures nothing now."],
};

const MOMENTS = {
  calm: () => ["Sitting still, near your usual."],
  aroused: () => ["Sitting still, and above your usual for this hour."],
  moving: () => ["You are moving.", "Not judged while you walk, nor until your heart is back near its usual."],
  after_exertion: () => ["You were moving a little while ago.", "Not judged until your heart is back near its usual, a few minutes at most."],
  posture: () => ["You changed position.", "Standing up quickens a heart. Not judged for a moment."],
  warming_up: () => ["Getting to know today’s heart rate.", "Nothing is judged until then."],
  asleep: () => ["Asleep, it seems.", "Nothing is offered."],
  noisy: () => ["The strap’s signal is unclear.", "Readings are paused. Damp electrodes and a snug band usually help."],
  uneven: () => ["Beat data too uneven for now; readings paused."],
  off_body: (moment) => [
    "The strap is resting.",
    `${moment.since ? `It was taken off at ${hhmm(moment.since)}. ` : ""}It starts again by itself when you put it on.`,
  ],
  no_link: () => ["The strap is out of reach.", "Unhurry is looking for it. Everything up to now is kept."],
  suspended: () => ["The computer was asleep.", "Unhurry is picking up again."],
  paused: () => ["Measuring is paused.", "Nothing is recorded until it goes on."],
};

const JUDGED = new Set(["calm", "aroused"]);
/** The same where the strap does not tell movement: then nobody knows whether the wearer sits still. */
const UNSEEN = {
  calm: "Near your usual.",
  aroused: "Above your usual for this hour.",
};
const UNSEEN_MEANS =
  "This strap does not tell movement, and stairs quicken a heart as worry does. So Unhurry waits longer before it speaks, and makes no offers unless your settings ask for them.";
const FLOWING = new Set(["receiving", "replay", "simulated"]);

export function describe(status) {
  const { moment, modes } = status;
  if (!status.daemon.running) return silent(status);
  if (modes.paused_since) {
    return page(
      "Measuring is paused.",
      [`${since(modes.paused_since)}Nothing is recorded until you go on; tomorrow it goes on by itself.`],
      { act: { label: "Go on measuring", intent: "resume", arguments: {} } },
    );
  }
  if (modes.observing) {
    return page("Only observing today.", ["Unhurry keeps the record and says nothing, also not here."], {
      act: { label: "Start offering again", intent: "observe", arguments: { on: false } },
      quiet: true,
    });
  }
  if (modes.conversation_since) {
    return page(
      "You are in a conversation.",
      [`${since(modes.conversation_since)}No prompts until you say it is over.`],
      { act: { label: "It is over", intent: "conversation_end", arguments: {} } },
    );
  }
  const link = status.link ?? { state: "looking", since: null, advice: null };
  if (link.state === "ended") return page(...spread(LINKS.ended()));
  if (status.wear === "off" && FLOWING.has(link.state)) return page(...spread(MOMENTS.off_body(moment ?? {})));
  if (status.straps_in_reach?.length) {
    return page("Waiting to hear which strap is yours.", ["Nothing is measured until you choose."]);
  }
  if (!FLOWING.has(link.state)) {
    const [say, more] = (LINKS[link.state] ?? LINKS.waiting)(link);
    return page(say, [link.advice || more]);
  }
  if (!moment)
    return page("Nothing is measured yet.", [
      "Put the strap on. Until then, the practices and the journal are yours to use.",
    ]);
  const unseen = JUDGED.has(moment.state) && !moment.motion_known;
  const [say, ...more] = unseen ? [UNSEEN[moment.state]] : MOMENTS[moment.state](moment);
  // What care of the strap would help stands in for the general word on an unclear signal.
  const words = link.advice && moment.state === "noisy" ? [] : more;
  const advice = link.advice ? [link.advice] : [];
  const unknown = unseen ? [UNSEEN_MEANS] : [];
  return page(say, [...words, ...numbers(moment), ...advice, ...pauses(modes), ...unknown], { level: moment.state });
}

/** Nothing runs: a recording that was played to its end, a service that was stopped, or a first visit. */
function silent({ source, last_recording: last, daemon, now }) {
  if (last && source && source !== "ble") return page(...spread(LINKS.ended()));
  if (!last) {
    return page("Nothing is measured yet.", [
      "Put the strap on and start Unhurry in a terminal with “unhurry run”, or see a simulated day with “unhurry demo”.",
      "Until then, the practices and the journal are yours to use.",
    ]);
  }
  const seen = daemon.last_seen ?? last.until;
  const day = dateOf(seen) === dateOf(now) ? "" : `on ${dayName(dateOf(seen))} `;
  return page("Nothing is listening right now.", [
    `Unhurry last listened ${day}at ${hhmm(seen)}. Up to then everything is kept.`,
    "“unhurry run” in a terminal starts it again.",
  ]);
}

const page = (say, more = [], rest = {}) => ({ say, more, act: null, quiet: false, level: "", ...rest });
const spread = ([say, ...more]) => [say, more];

/** States in which the strap's number is worth nothing. */
const NUMBERLESS = new Set(["noisy", "uneven", "off_body", "no_link", "suspended", "paused"]);

function numbers(moment) {
  if (NUMBERLESS.has(moment.state) || moment.hr_bpm === null || moment.hr_bpm === undefined) return [];
  const rate = `${Math.round(moment.hr_bpm)} beats a minute.`;
  const usual =
    JUDGED.has(moment.state) && moment.usual_low_bpm !== null
      ? ` Your usual here is ${Math.round(moment.usual_low_bpm)} to ${Math.round(moment.usual_high_bpm)}.`
      : "";
  const words = { calm: "Nothing to do.", aroused: "It often settles within a few minutes." };
  return [{ num: rate + usual, word: words[moment.state] ?? "" }];
}

function pauses(modes) {
  const more = [];
  if (modes.snoozed_until) more.push(`Snoozed until ${hhmm(modes.snoozed_until)}. The record goes on, offers do not.`);
  if (modes.driving) more.push("You are driving. No offers until you say it is over.");
  return more;
}

/** From here on a strap is heard about as strongly as one on the body of whoever sits at this computer. */
const STRONG_DBM = -67;

/** What to ask when straps are in reach and none may be taken unasked: `{say, more, straps: [{address, name, small}]}`, else null. */
export function strapQuestion(straps) {
  if (!straps.length) return null;
  const alone = straps.length === 1;
  return {
    say: alone ? "Is this your strap?" : "Which strap is yours?",
    more: alone
      ? "The one you wore last is not in reach. If it is somebody else’s, leave it: yours is still looked for."
      : "More than one is in reach. Unhurry remembers the one you choose.",
    straps: straps.map(({ name, address, rssi_dbm: rssi }) => ({
      address,
      name,
      small: [
        rssi === null ? null : rssi >= STRONG_DBM ? "Strong signal" : "Weak signal",
        straps.some((other) => other.name === name && other.address !== address)
          ? `address ends in ${address.replaceAll(/[^0-9A-Za-z]/g, "").slice(-4)}`
          : null,
      ]
        .filter(Boolean)
        .join(", "),
    })),
  };
}

/** The strap in one line for the rail: `{say, battery}`. */
export function strapLine(status) {
  const { wear, strap } = status;
  const link = status.link ?? { state: "looking" };
  const battery = strap?.battery_percent ?? null;
  if (!status.daemon.running) return { say: "Not listening", battery: null };
  if (status.modes?.paused_since) return { say: "Paused", battery };
  if (status.straps_in_reach?.length) return { say: "Strap to be chosen", battery: null };
  if (FLOWING.has(link.state)) return { say: wear === "off" ? "Strap off" : "Strap on", battery };
  const words = {
    no_adapter: "No Bluetooth",
    adapter_off: "Bluetooth is off",
    not_permitted: "Bluetooth not allowed",
    looking: "Looking for the strap",
    taken: "Strap in use elsewhere",
    connecting: "Connecting",
    subscribed: "Waiting for a beat",
    silent: "Strap is quiet",
    lost: "Strap out of reach",
    waiting: "Strap out of reach",
    paused: "Paused",
    ended: "Recording has ended",
  };
  return { say: words[link.state] ?? "Strap out of reach", battery };
}

/** What one minute's state is called in a list of measured time. */
export const STATE_WORDS = {
  calm: "near your usual",
  aroused: "above your usual, still",
  moving: "moving",
  after_exertion: "just after moving",
  posture: "changing position",
  warming_up: "warming up",
  asleep: "asleep",
  noisy: "signal unclear",
  uneven: "beats uneven",
  off_body: "strap off",
  no_link: "strap out of reach",
  suspended: "computer asleep",
  paused: "paused",
  stopped: "Unhurry not running",
  ended: "recording over",
  interrupted: "Unhurry had stopped",
  clock_set: "the clock was set",
};
