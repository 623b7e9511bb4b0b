// In: a breathing practice's phases and a time on its own clock, in seconds. Out: where the breath is then. Pure arithmetic:
// every answer is computed from the time alone, so that nothing drifts and a pause changes nothing.

/** Whole breaths, as many as come closest to `minutes`. */
export function plan(phases, minutes) {
  const cycle = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const breaths = Math.max(1, Math.round((minutes * 60) / cycle));
  let start = 0;
  const timed = levels(phases).map((phase) => {
    const placed = { ...phase, start };
    start += phase.seconds;
    return placed;
  });
  return { phases: timed, cycle, breaths, total: breaths * cycle };
}

/** Where the breath is `t` seconds after the start: `{done, breath, kind, say, seconds, into, fullness}`; before the start it is empty. */
export function at(planned, t) {
  if (t < 0) return { done: false, breath: -1, kind: "before", say: null, seconds: 0, into: 0, fullness: 0 };
  const done = t >= planned.total;
  const within = done ? planned.cycle : t % planned.cycle;
  const phase =
    planned.phases.findLast((each) => each.start <= within && (each.seconds > 0 || each.start < within)) ??
    planned.phases[0];
  const into = Math.min(phase.seconds, within - phase.start);
  return {
    done,
    breath: done ? planned.breaths : Math.floor(t / planned.cycle),
    kind: phase.kind,
    say: phase.say ?? null,
    seconds: phase.seconds,
    into,
    fullness: phase.from + (phase.to - phase.from) * eased(phase.seconds ? into / phase.seconds : 1),
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
      let left = 0;
      for (let k = i; k < phases.length && phases[k].kind === phase.kind; k += 1) left += phases[k].seconds;
      const target = phase.kind === "in" ? 1 : 0;
      level = from + (target - from) * (left ? phase.seconds / left : 1);
    }
    return { ...phase, from, to: level };
  });
}
