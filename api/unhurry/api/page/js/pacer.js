// In: a breathing practice. Out: a disc that breathes, on one clock; it can be paused and left at any second.

import { at, plan } from "./breath.js";
import { h, num, s, word } from "./dom.js";
import { icon } from "./icons.js";
import { heartFollower } from "./heart.js";
import { Ribbon } from "./ribbon.js";
import { Tones } from "./sound.js";

const SETTLE_MS = 2500;
const SMALLEST = 96;
const GROWTH = 56;
const STILL_RADIUS = 126;
const LAG_S = [0.18, 0.36];
const BUZZ_MS = 30;
const SPOKEN_BREATHS = 2;
const WORDS = { before: "Settle", in: "Breathe in", out: "Breathe out", hold: "Rest" };
const SOFTLY = "Small, soft breaths. Stop if light-headed.";

/** `finished()` when it has run its length; `lookAround()` on L. Returns `{top, body, elapsed}` for the full-screen frame. */
export function pacer(practice, { signal, finished, lookAround }) {
  const planned = plan(practice.phases, practice.minutes);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ribbon = new Ribbon(planned);
  const tones = new Tones();
  const heart = heartFollower(signal);
  const disc = s("circle", { class: "disc", r: SMALLEST });
  const halos = [s("circle", { class: "halo near" }), s("circle", { class: "halo far" })];
  const say = h("b");
  const dots = h("span", { class: "dots", "aria-hidden": "true" });
  const spoken = h("p", { class: "vh", "aria-live": "polite" });
  const under = h("span", {}, SOFTLY);
  const left = h("span", { class: "tabular" });
  const pause = h("button", { class: "btn", type: "button", on: { click: toggle } });
  const sound = h("button", {
    class: "bar-btn",
    type: "button",
    "aria-pressed": "false",
    "aria-label": "Soft tones",
    on: {
      click: () => {
        sound.setAttribute("aria-pressed", String(tones.toggle()));
        soundFace();
        phaseBegan = "";
      },
    },
  });
  const soundFace = () =>
    sound.replaceChildren(icon(tones.on ? "sound" : "mute"), h("span", { class: "wide-only" }, "Soft tones"));
  const body = [
    h(
      "div",
      { class: "breath" },
      s(
        "svg",
        { viewBox: "-206 -206 412 412", "aria-hidden": "true" },
        s(
          "defs",
          {},
          s(
            "radialGradient",
            { id: "disc-fill", cx: 0.42, cy: 0.36, r: 0.8 },
            s("stop", { class: "disc-light", offset: 0 }),
            s("stop", { class: "disc-deep", offset: 1 }),
          ),
        ),
        s("circle", { class: "limit", r: 202 }),
        halos[1],
        halos[0],
        disc,
      ),
      h("div", { class: "breath-say" }, say, dots),
      spoken,
    ),
    ribbon.element,
    h("p", { class: "ribbon-say" }, under, left),
    h(
      "div",
      { class: "still-foot" },
      pause,
      h("button", { class: "btn", type: "button", on: { click: lookAround } }, "Look around instead"),
    ),
  ];

  let start = performance.now() + SETTLE_MS;
  let pausedAt = 0;
  let phaseBegan = "";
  let stepped = -1;
  let over = false;
  const elapsed = () => ((pausedAt || performance.now()) - start) / 1000;

  function frame() {
    if (signal.aborted || over) return;
    const t = elapsed();
    const now = at(planned, t);
    if (now.done) {
      over = true;
      return finished();
    }
    breathe(t, now);
    const second = Math.floor(t * (still ? 1 : 4));
    if (second !== stepped) {
      stepped = second;
      tell(t, now);
    }
    if (!still) ribbon.draw(t, heart.since(start));
    if (!pausedAt) requestAnimationFrame(frame);
  }

  function breathe(t, now) {
    disc.setAttribute("r", still ? STILL_RADIUS : SMALLEST + GROWTH * now.fullness);
    halos.forEach((halo, i) => {
      const full = at(planned, t - LAG_S[i]).fullness;
      halo.setAttribute("r", (still ? STILL_RADIUS : SMALLEST + GROWTH * full) + 18 * (i + 1));
      if (still) halo.style.opacity = String((0.06 + 0.3 * full) / (i + 1));
    });
    const began = `${now.breath} ${now.kind} ${now.seconds} ${now.say}`;
    if (began === phaseBegan) return;
    phaseBegan = began;
    const words = now.say ?? WORDS[now.kind];
    say.textContent = words;
    dots.replaceChildren(
      ...(now.kind === "in" || now.kind === "out" ? Array.from({ length: Math.ceil(now.seconds) }, () => h("i")) : []),
    );
    tones.phase(now.kind, now.seconds - now.into);
    if (now.breath >= 0 && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZ_MS);
    if (now.breath < SPOKEN_BREATHS) spoken.textContent = words;
  }

  function tell(t, now) {
    const lit = now.kind === "in" ? Math.floor(now.into) + 1 : Math.ceil(now.seconds) - Math.floor(now.into);
    [...dots.children].forEach((dot, i) => dot.classList.toggle("on", i < lit));
    const rest = Math.max(0, planned.total - Math.max(0, t));
    left.replaceChildren(num(leftIn(rest)), word(leftWords(rest / planned.total)));
    if (now.breath < 1) under.textContent = SOFTLY;
    else if (heart.climbing()) under.replaceChildren("Shall we look around instead?");
    else if (heart.known())
      under.replaceChildren(h("span", { class: "your-heart" }, "Your heart"), " beside your breath.");
    else under.textContent = "";
    if (still) ribbon.draw(Math.floor(t), heart.since(start));
  }

  function toggle() {
    if (pausedAt) {
      start += performance.now() - pausedAt;
      pausedAt = 0;
      phaseBegan = "";
      requestAnimationFrame(frame);
    } else {
      pausedAt = performance.now();
      tones.fade(0);
    }
    face();
  }

  const face = () => pause.replaceChildren(icon(pausedAt ? "play" : "pause"), pausedAt ? "Go on" : "Pause");

  document.addEventListener(
    "keydown",
    (press) => {
      if (press.ctrlKey || press.metaKey || press.altKey || press.target.closest("input, textarea")) return;
      if (press.key === " " && !press.target.closest("button, a")) {
        press.preventDefault();
        toggle();
      }
      if (press.key.toLowerCase() === "l") {
        press.preventDefault();
        lookAround();
      }
    },
    { signal },
  );
  signal.addEventListener("abort", () => tones.close());
  face();
  soundFace();
  requestAnimationFrame(frame);
  return { top: sound, body, elapsed };
}

function leftIn(seconds) {
  const tens = Math.ceil(seconds / 10) * 10;
  if (tens < 60) return `${tens} s left`;
  return tens % 60 ? `${Math.floor(tens / 60)} min ${tens % 60} left` : `${tens / 60} min left`;
}

function leftWords(share) {
  if (share > 0.8) return "at the beginning";
  if (share > 0.55) return "not yet half-way";
  if (share > 0.3) return "a little over half-way";
  return "nearly there";
}
