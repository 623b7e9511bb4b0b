// In: a breathing practice. Out: a disc that breathes, on one clock; it can be paused and left at any second. Frames only show what the clock
// says: a late one is made up for by the next.

import { at, plan } from "./breath.js";
import { Disc } from "./disc.js";
import { h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { heartFollower } from "./heart.js";
import { buzzes, heartBeside, toggleBuzz, toggleHeartBeside } from "./preferences.js";
import { Ribbon } from "./ribbon.js";
import { Tones } from "./sound.js";

const SETTLE_MS = 2500;
const BUZZ_MS = 30;
const SPOKEN_BREATHS = 2;
/** Said once the heart has climbed, it stays for so long: long enough to be read and taken up. */
const CLIMB_SAID_MS = 20_000;
const SOFTLY = "Small, soft breaths. Stop if light-headed.";
const SO_FAR = { with_it: " is following your breath.", own_way: " takes its own way. That is fine." };

/**
 * `finished()` when it has run its length; `lookAround(climbed)` on L; `changed()` when it is paused or goes on; `soFar()` says how the
 * heart does. Returns for the full-screen frame `{top, body, foot, elapsed, paced}`: `paced()` are the stretches it ran, in seconds.
 */
export function pacer(practice, { signal, finished, lookAround, changed = () => {}, soFar = () => null }) {
  const planned = plan(practice.phases, practice.minutes);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const disc = new Disc(planned, still);
  const ribbon = new Ribbon(planned);
  const tones = new Tones(planned, signal);
  const heart = heartFollower(signal, planned.breathMs);
  const under = h("span", {}, SOFTLY);
  const left = h("span", { class: "tabular" });
  const pause = h("button", { class: "btn", type: "button", on: { click: toggle } });
  const away = h("button", { class: "btn", type: "button", on: { click: () => lookAround(climbed()) } }, "Look around instead");
  const body = [disc.element, ribbon.element, h("p", { class: "ribbon-say" }, under, left)];
  const top = [
    switchOf("Soft tones", () => ["mute", "sound"][Number(tones.on)], () => tones.on, () => tones.toggle()),
    navigator.vibrate && matchMedia("(pointer: coarse)").matches
      ? switchOf("Vibration", () => "phone", buzzes, toggleBuzz)
      : null,
    switchOf("Your heart", () => "wave", heartBeside, toggleHeartBeside),
  ];

  const made = performance.now();
  const stretches = [];
  let start = made + SETTLE_MS;
  let open = start;
  let pausedAt = 0;
  let phaseBegan = "";
  let stepped = -1;
  let climbedAt = -Infinity;
  let over = false;
  const elapsedMs = () => (pausedAt || performance.now()) - start;
  const climbed = () => performance.now() - climbedAt < CLIMB_SAID_MS;

  function frame() {
    if (signal.aborted || over) return;
    const t = elapsedMs();
    const place = at(planned, t);
    if (place.done) {
      over = true;
      return finished();
    }
    disc.draw(t, place);
    turn(place);
    const step = Math.floor(t / (still ? 1000 : 250));
    if (step !== stepped) {
      stepped = step;
      tell(t, place);
    }
    if (!still) trace(t);
    if (!pausedAt) requestAnimationFrame(frame);
  }

  function turn(place) {
    const began = `${place.breath} ${place.index}`;
    if (began === phaseBegan) return;
    phaseBegan = began;
    disc.turn(place, place.breath < SPOKEN_BREATHS);
    if (place.breath >= 0 && buzzes() && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZ_MS);
  }

  function tell(t, place) {
    disc.count(place);
    const rest = Math.max(0, planned.totalMs - Math.max(0, t));
    left.replaceChildren(num(leftIn(rest / 1000)), word(leftWords(rest / planned.totalMs)));
    if (heart.climbing(made + SETTLE_MS)) climbedAt = performance.now();
    away.classList.toggle("go", climbed());
    const following = SO_FAR[soFar()];
    if (place.breath < 1) under.textContent = SOFTLY;
    else if (climbed()) under.replaceChildren("Shall we look around instead?");
    else if (heartBeside() && heart.known())
      under.replaceChildren(h("span", { class: "your-heart" }, "Your heart"), following ?? " beside your breath.");
    else under.textContent = "";
    if (still) trace(Math.floor(t / 1000) * 1000);
  }

  const trace = (t) => ribbon.draw(t, heartBeside() ? heart.since(start) : []);

  function toggle() {
    const now = performance.now();
    if (pausedAt) {
      start += now - pausedAt;
      pausedAt = 0;
      open = Math.max(now, start);
      goOn();
    } else {
      if (now > open) stretches.push({ from_s: (open - made) / 1000, until_s: (now - made) / 1000 });
      pausedAt = now;
      tones.pause();
    }
    face();
    changed();
  }

  /** When the breath was paced, in seconds after the pacer was made; the last stretch without an end while it is. */
  function paced() {
    const end = start + planned.totalMs;
    const now = Math.min(performance.now(), end);
    if (pausedAt || now <= open) return stretches;
    return [...stretches, { from_s: (open - made) / 1000, until_s: signal.aborted || over ? (now - made) / 1000 : null }];
  }

  const face = () => pause.replaceChildren(icon(pausedAt ? "play" : "pause"), pausedAt ? "Go on" : "Pause");

  document.addEventListener(
    "keydown",
    (press) => {
      if (press.ctrlKey || press.metaKey || press.altKey || press.target.closest("input, textarea, dialog")) return;
      if (press.key === " " && !press.target.closest("button, a, summary")) {
        press.preventDefault();
        toggle();
      }
      if (press.key.toLowerCase() === "l") {
        press.preventDefault();
        lookAround(climbed());
      }
    },
    { signal },
  );
  /** Frames and tones follow from `start`; it stands in the page for whoever measures them (`benchmarks/pacing.py`). */
  function goOn() {
    disc.element.dataset.began = String(start);
    tones.follow(start);
    requestAnimationFrame(frame);
  }

  face();
  goOn();
  return { top, body, foot: [pause, away], elapsed: () => elapsedMs() / 1000, paced };
}

/** A small switch in the bar, with its picture and, where there is room, its name. */
function switchOf(label, picture, on, toggle) {
  const button = h("button", { class: "bar-btn", type: "button", "aria-label": label, title: label });
  const face = () => {
    button.setAttribute("aria-pressed", String(on()));
    button.replaceChildren(icon(picture()), h("span", { class: "wide-only" }, label));
  };
  button.addEventListener("click", () => {
    toggle();
    face();
  });
  face();
  return button;
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
