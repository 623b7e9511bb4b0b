// In: the scale of a day. Out: a strip of the day's light, night to night, from fixed hours (no place is ever asked for).

import { DAY, HOUR } from "./time.js";

const LIGHT = [
  [0, "night"],
  [5, "night"],
  [7, "dawn"],
  [9, "day"],
  [13, "noon"],
  [16.5, "day"],
  [19, "dusk"],
  [21.5, "night"],
  [24, "night"],
];

export function sky(strip, x, clock, width) {
  const [a, b] = x.domain;
  const [left, right] = x.range;
  const midnight = Math.floor((a + clock.offsetAt(a)) / DAY) * DAY - clock.offsetAt(a);
  const stops = [0, 1].flatMap((days) =>
    LIGHT.map(([hour, light]) => {
      const share = ((midnight + days * DAY + hour * HOUR - a) / (b - a)) * 100;
      return `var(--sky-${light}) ${share.toFixed(2)}%`;
    }),
  );
  strip.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
  strip.style.marginLeft = `${left}px`;
  strip.style.marginRight = `${width - right}px`;
}
