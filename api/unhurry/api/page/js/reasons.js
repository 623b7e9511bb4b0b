// In: an event with its decision. Out: why Unhurry spoke or stayed silent, line by line: {say: nodes, icon}. Nothing in it that was not measured.

import { num } from "./dom.js";
import { ms } from "./time.js";
import { count, duration } from "./words.js";

export function reasons(event) {
  const { decision } = event;
  const rise = Math.round(decision.numbers?.rise_bpm ?? event.hr_peak_bpm - event.hr_baseline_bpm);
  const waited = Math.round((ms(event.confirmed) - ms(event.start)) / 1000);
  const lines = [
    { say: ["Your heart was well above your usual for this hour", num(`: ${rise} beats more`), "."], icon: "check" },
    {
      say: ["It stayed there", num(` for ${duration(waited)}`), " before Unhurry took it for a moment."],
      icon: "check",
    },
    event.confidence === "high"
      ? { say: ["The strap felt no walking, stairs or standing up, and the beats were clear."], icon: "check" }
      : {
          say: ["Movement, or your usual at this hour, was not known well. Unhurry is less sure of this one."],
          icon: "gap",
        },
  ];
  const { offers_today: offers, budget } = decision.numbers ?? {};
  if (decision.decision === "prompt") {
    lines.push({
      say: [
        "No quiet hours and no snooze",
        ...(Number.isFinite(offers) && Number.isFinite(budget)
          ? [num(`, and ${offers ? count(offers) : "none"} of today’s ${count(budget)} offers used`)]
          : []),
        ".",
      ],
      icon: "check",
    });
  } else {
    lines.push({ say: [decision.sentence], icon: "pause" });
  }
  return lines;
}
