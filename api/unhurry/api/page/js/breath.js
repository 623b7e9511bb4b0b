// In: a breathing practice's phases and a time on its own clock, in milliseconds. Out: where the breath is then. Pure sums in whole
// milliseconds, the same as `signal/pacer.py`: every answer follows from the time alone, so nothing drifts and a pause changes nothing.

/** Whole breaths, as many as come closest to `minutes`. */
export function plan(phases, minutes) {
  const inMs = phases.map((phase) => ({ ...phase, lengthMs: Math.round(phase.seconds * 1000) }));
  const breathMs = inMs.reduce((sum, phase) => sum + phase.lengthMs, 0);
  const wantedMs = Math.round(minutes * 60_000);
  const breaths = Math.max(1, Math.floor((2 * wantedMs + breathMs) / (2 * breathMs)));
  let startMs = 0;
  const timed = levels(inMs).map((phase) => {
    const placed = { ...phase, startMs };
    startMs += phase.lengthMs;
    return placed;
  });
  return { phases: timed, breathMs, breaths, totalMs: breaths * breathMs };
}

/** When each phase of each breath begins, and when the last one ends. */
export const boundaries = ({ phases, breathMs, breaths, totalMs }) => [
  ...Array.from({ length: breaths }, (_, breath) => phases.map((phase) => breath * breathMs + phase.startMs)).flat(),
  totalMs,
];

/** Where the breath is `t` ms after the start: `{done, breath, index, kind, say, lengthMs, intoMs, fullness}`; before the start it is empty. */
export function at(planned, t) {
  if (t < 0)
    return { done: false, breath: -1, index: 0, kind: "before", say: null, lengthMs: 0, intoMs: 0, fullness: 0 };
  const done = t >= planned.totalMs;
  const within = done ? planned.breathMs : t % planned.breathMs;
  const index = Math.max(
    0,
    planned.phases.findLastIndex((each) => each.startMs <= within),
  );
  const phase = planned.phases[index];
  const intoMs = within - phase.startMs;
  return {
    done,
    breath: done ? planned.breaths : Math.floor(t / planned.breathMs),
    index,
    kind: phase.kind,
    say: phase.say ?? null,
    lengthMs: phase.lengthMs,
    intoMs,
    fullness: phase.from + (phase.to - phase.from) * eased(intoMs / phase.lengthMs),
  };
}

/** Raised cosine: slow to begin, slow to end. */
const eased = (share) => (1 - Math.cos(Math.PI * share)) / 2;

/** Each phase with the fullness it goes `from` and `to`; breaths taken in two sips share the way between them. */
function levels(phases) {
  let level = 0;
  return phases.map((phase, i) => {
    const from = level;
    if (phase.kind !== "hold") {
      let leftMs = 0;
      for (let k = i; k < phases.length && phases[k].kind === phase.kind; k += 1) leftMs += phases[k].lengthMs;
      const target = phase.kind === "in" ? 1 : 0;
      level = from + ((target - from) * phase.lengthMs) / leftMs;
    }
    return { ...phase, from, to: level };
  });
}
