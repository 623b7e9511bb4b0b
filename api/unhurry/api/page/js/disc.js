// In: where the breath is. Out: the disc that breathes, with two halos a little behind it and a dot for each second of the phase. Where less
// motion is wanted it keeps its size and only brightens.

import { at } from "./breath.js";
import { h, s } from "./dom.js";

const SMALLEST = 96;
const GROWTH = 56;
const STILL_RADIUS = 126;
const LAG_MS = [180, 360];
const WORDS = { before: "Settle", in: "Breathe in", out: "Breathe out", hold: "Rest" };

export const wordsOf = (place) => place.say ?? WORDS[place.kind];

export class Disc {
  constructor(planned, still) {
    this.planned = planned;
    this.still = still;
    this.disc = s("circle", { class: "disc", r: SMALLEST });
    this.halos = [s("circle", { class: "halo near" }), s("circle", { class: "halo far" })];
    this.say = h("b");
    this.dots = h("span", { class: "dots", "aria-hidden": "true" });
    this.spoken = h("p", { class: "vh", "aria-live": "polite" });
    const light = s(
      "radialGradient",
      { id: "disc-fill", cx: 0.42, cy: 0.36, r: 0.8 },
      s("stop", { class: "disc-light", offset: 0 }),
      s("stop", { class: "disc-deep", offset: 1 }),
    );
    const limit = s("circle", { class: "limit", r: 202 });
    this.element = h(
      "div",
      { class: "breath" },
      s(
        "svg",
        { viewBox: "-206 -206 412 412", "aria-hidden": "true" },
        s("defs", {}, light),
        limit,
        this.halos[1],
        this.halos[0],
        this.disc,
      ),
      h("div", { class: "breath-say" }, this.say, this.dots),
      this.spoken,
    );
  }

  /** Draw the breath as it is at `t`. */
  draw(t, place) {
    const radius = (fullness) => (this.still ? STILL_RADIUS : SMALLEST + GROWTH * fullness);
    this.disc.setAttribute("r", radius(place.fullness));
    this.halos.forEach((halo, i) => {
      const { fullness } = at(this.planned, t - LAG_MS[i]);
      halo.setAttribute("r", radius(fullness) + 18 * (i + 1));
      if (this.still) halo.style.opacity = String((0.06 + 0.3 * fullness) / (i + 1));
    });
  }

  /** A phase has begun. Its words are spoken to screen readers when `aloud`. */
  turn(place, aloud) {
    this.say.textContent = wordsOf(place);
    const counted = place.kind === "in" || place.kind === "out" ? Math.ceil(place.lengthMs / 1000) : 0;
    this.dots.replaceChildren(...Array.from({ length: counted }, () => h("i")));
    if (aloud) this.spoken.textContent = wordsOf(place);
  }

  /** Dots fill with the breath in and empty with the breath out. */
  count(place) {
    const into = Math.floor(place.intoMs / 1000);
    const lit = place.kind === "in" ? into + 1 : Math.ceil(place.lengthMs / 1000) - into;
    [...this.dots.children].forEach((dot, i) => dot.classList.toggle("on", i < lit));
  }
}
