// In: ISO times with the offset of the place they were lived in. Out: their parts and names.
// The browser's own date and zone are never asked: a day read elsewhere still shows the hours it had.

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)$/;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** `{ms, offsetMs}` of an ISO time: the instant, and how far its wall clock is ahead of UTC. Throws on anything else. */
export function read(iso) {
  const parts = ISO.exec(iso);
  if (!parts) throw new RangeError(`"${iso}" is not a time with an offset`);
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone] = parts;
  const wall = Date.UTC(+year, month - 1, +day, +hour, +minute, +second, Math.floor(`0.${fraction}` * 1000));
  const offsetMs = zone === "Z" ? 0 : (zone[0] === "-" ? -1 : 1) * (zone.slice(1, 3) * HOUR + zone.slice(-2) * MINUTE);
  return { ms: wall - offsetMs, offsetMs };
}

export const ms = (iso) => read(iso).ms;

/** The instant as ISO, on a wall clock that is `offsetMs` ahead of UTC. */
export function write(instant, offsetMs) {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE);
  const two = (value) => String(value).padStart(2, "0");
  const zone = `${offsetMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(instant + offsetMs).toISOString().replace("Z", zone);
}

export const hhmm = (iso) => iso.slice(11, 16);
export const dateOf = (iso) => iso.slice(0, 10);

const noon = (date) => new Date(`${date}T12:00:00Z`);

/** "Thursday 12 March" */
export const dayName = (date) => {
  const day = noon(date);
  return `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
};

/** "12 March" */
export const shortDay = (date) => dayName(date).split(" ").slice(1).join(" ");

/** The date `days` later. */
export const shift = (date, days) => new Date(noon(date).getTime() + days * DAY).toISOString().slice(0, 10);

/** "Thursday, late morning" */
export function inWords(iso) {
  const hour = +iso.slice(11, 13);
  const parts = [
    [5, "in the night"],
    [8, "early morning"],
    [10, "morning"],
    [12, "late morning"],
    [14, "midday"],
    [17, "afternoon"],
    [18, "late afternoon"],
    [22, "evening"],
    [24, "late evening"],
  ];
  return `${WEEKDAYS[noon(dateOf(iso)).getUTCDay()]}, ${parts.find(([until]) => hour < until)[1]}`;
}

/** The wall clock of one day, which may change its offset once: instants in, "HH:MM" and offsets out. */
export class WallClock {
  /** `times` are ISO strings of that day, oldest first; each new offset among them counts from there on. */
  constructor(times) {
    this.changes = [];
    for (const iso of times) {
      const { ms: instant, offsetMs } = read(iso);
      if (this.changes.at(-1)?.offsetMs !== offsetMs) this.changes.push({ instant, offsetMs });
    }
  }

  offsetAt(instant) {
    return (this.changes.findLast((change) => change.instant <= instant) ?? this.changes[0]).offsetMs;
  }

  iso(instant) {
    return write(instant, this.offsetAt(instant));
  }

  hhmm(instant) {
    return hhmm(this.iso(instant));
  }
}
