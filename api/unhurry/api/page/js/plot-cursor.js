// In: pointer and keys over a day's picture. Out: one cursor with a tip, zooming, panning, moving from mark to mark.

import { announce, h, num, s } from "./dom.js";
import { MINUTE, ms } from "./time.js";
import { STATE_WORDS } from "./states.js";
import { go } from "./router.js";

const DRAG_PX = 6;
const SPOKEN_MS = 1000;

export function follow(plot, signal) {
  const { curve } = plot;
  const pointers = new Map();
  let at = null;
  let drag = null;
  let pinch = null;
  let spoken = 0;
  const opts = { signal };

  const inside = (pixel) => Math.max(plot.x.range[0], Math.min(plot.x.range[1], pixel));
  const instant = (event) => plot.x.back(inside(event.clientX - curve.getBoundingClientRect().left));

  function point(t) {
    at = t === null ? null : Math.max(plot.day[0], Math.min(plot.day[1], t));
    draw();
  }

  function draw() {
    curve.querySelector(".tip")?.remove();
    curve.querySelector(".cursor-layer")?.remove();
    if (at === null || !plot.x || at < plot.x.domain[0] || at > plot.x.domain[1]) return;
    const { point: near, drawn, span } = plot.at(at);
    const x = plot.x(at);
    curve
      .querySelector("svg")
      .append(
        s(
          "g",
          { class: "cursor-layer" },
          s("line", { class: "cursor", x1: x, x2: x, y1: plot.top, y2: plot.floor }),
          near ? s("circle", { class: "dot", cx: plot.x(near.t), cy: plot.y(drawn), r: 4.5 }) : null,
        ),
      );
    const tip = h("div", { class: "tip" }, ...says(plot.clock.hhmm(at), near, span));
    curve.append(tip);
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(curve.clientWidth - 2 * half, x - half))}px`;
  }

  function speak() {
    if (performance.now() - spoken < SPOKEN_MS) return;
    spoken = performance.now();
    const tip = curve.querySelector(".tip");
    if (tip) announce(tip.innerText);
  }

  curve.addEventListener(
    "pointerdown",
    (event) => {
      if (event.target.closest(".moment-mark") || event.button) return;
      pointers.set(event.pointerId, event.clientX);
      if (pointers.size === 2) {
        const ends = [...pointers.values()].map((x) => plot.x.back(x - curve.getBoundingClientRect().left));
        pinch = ends.sort((a, b) => a - b);
        drag = null;
      } else if (event.pointerType === "mouse") {
        drag = { from: event.clientX, t: instant(event), moved: false };
      } else {
        point(instant(event));
      }
    },
    opts,
  );

  addEventListener(
    "pointermove",
    (event) => {
      if (pinch && pointers.has(event.pointerId)) {
        pointers.set(event.pointerId, event.clientX);
        const left = curve.getBoundingClientRect().left;
        const [a, b] = [...pointers.values()].map((x) => x - left).sort((p, q) => p - q);
        const perPixel = (pinch[1] - pinch[0]) / Math.max(20, b - a);
        const start = pinch[0] - (a - plot.x.range[0]) * perPixel;
        plot.zoom(start, start + (plot.x.range[1] - plot.x.range[0]) * perPixel);
        return;
      }
      if (!drag) {
        if (event.pointerType === "mouse" && curve.contains(event.target)) point(instant(event));
        return;
      }
      drag.moved ||= Math.abs(event.clientX - drag.from) > DRAG_PX;
      if (!drag.moved) return;
      const [a, b] = [plot.x(drag.t), plot.x(instant(event))].sort((p, q) => p - q);
      point(instant(event));
      curve
        .querySelector(".cursor-layer")
        ?.append(s("rect", { class: "selection", x: a, width: b - a, y: plot.top, height: plot.floor - plot.top }));
    },
    opts,
  );

  const lift = (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = null;
    if (!drag) return;
    const [a, b] = [drag.t, instant(event)].sort((p, q) => p - q);
    if (drag.moved) plot.zoom(a, b);
    drag = null;
  };
  addEventListener("pointerup", lift, opts);
  addEventListener("pointercancel", lift, opts);
  curve.addEventListener(
    "pointerleave",
    (event) => {
      if (event.pointerType === "mouse" && !drag) point(null);
    },
    opts,
  );
  curve.addEventListener("dblclick", () => plot.zoom(...plot.day), opts);
  curve.addEventListener("blur", () => point(null), opts);

  curve.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !plot.timeline) return;
      if (event.target !== curve && !["n", "p", "N", "P", "Escape"].includes(event.key)) return;
      const [a, b] = plot.range;
      const known = plot.minutes.filter((minute) => minute.hr !== null);
      const middle = at ?? Math.min(b, Math.max(a, known.at(-1)?.t ?? a));
      const step = MINUTE * (event.shiftKey ? 10 : 1);
      const acts = {
        ArrowLeft: () => move(middle - step),
        ArrowRight: () => move(middle + step),
        n: () => mark(1, middle),
        p: () => mark(-1, middle),
        "+": () => around(middle, 0.5),
        "=": () => around(middle, 0.5),
        "-": () => around(middle, 2),
        "−": () => around(middle, 2),
        0: () => plot.zoom(...plot.day),
        Enter: () => open(middle),
        Escape: () => {
          point(null);
          curve.blur();
        },
      };
      const act = acts[event.key] ?? acts[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    opts,
  );

  function move(t) {
    const [a, b] = plot.range;
    const target = Math.max(plot.day[0], Math.min(plot.day[1], t));
    if (plot.zoomed && (target < a || target > b)) plot.zoom(target - (b - a) / 2, target + (b - a) / 2);
    point(target);
    speak();
  }

  function mark(direction, from) {
    const times = plot.timeline.events.map((event) => ms(event.peak ?? event.start));
    const next = direction > 0 ? times.find((t) => t > from + 1000) : times.findLast((t) => t < from - 1000);
    if (next !== undefined) move(next);
  }

  function around(t, factor) {
    const [a, b] = plot.range;
    plot.zoom(t - (t - a) * factor, t + (b - t) * factor);
  }

  function open(t) {
    const near = plot.timeline.events.find(
      (event) => ms(event.start) - 2 * MINUTE <= t && t <= (event.end ? ms(event.end) : t) + MINUTE,
    );
    if (near) go(`/event/${near.id}`);
  }

  plot.onDraw = draw;
}

function says(time, near, span) {
  if (!near) return [h("b", {}, time), ` not measured${span ? `: ${span.sentence}` : ""}`];
  const place = span
    ? span.sentence
    : near.high === null
      ? (STATE_WORDS[near.state] ?? "")
      : near.hr > near.high
        ? "above your usual"
        : near.hr < near.low
          ? "below your usual"
          : "near your usual";
  return [h("b", {}, time), " ", num(`${Math.round(near.hr)} bpm${place ? ", " : ""}`), place];
}
