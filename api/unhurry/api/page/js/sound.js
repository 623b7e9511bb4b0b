// In: a planned breath, and when it began on the page's clock. Out: a soft tone that rises with the breath in and falls with the breath out,
// with a small tick at each turn, for closed eyes; silent until asked for. Tones are laid out ahead on the sound card's own clock, so that
// they keep time when nobody looks and the page is drawn no longer.

import { boundaries } from "./breath.js";

const LOW_HZ = 174;
const HIGH_HZ = 220;
const TICK_HZ = 440;
const LOUDNESS = 10 ** (-24 / 20);
const TICK_LOUDNESS = 10 ** (-30 / 20);
const FADE_S = 0.2;
const TICK_S = 0.05;
/** A page in the background is woken once a second at best. */
const LOOK_MS = 500;
const AHEAD_MS = 4000;

export class Tones {
  constructor(planned, signal) {
    this.planned = planned;
    this.turns = boundaries(planned);
    this.on = false;
    this.began = null;
    const timer = setInterval(() => this.layOut(), LOOK_MS);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      this.context?.close();
    });
  }

  /** Returns whether there is sound now; false, too, where there is no sound card. */
  toggle() {
    this.on = !this.on && this.start();
    if (this.on) this.follow(this.began);
    else this.hush();
    return this.on;
  }

  /** The breath goes on, as one that began at `began` (ms of the page's clock). */
  follow(began) {
    this.began = began;
    if (!this.on || began === null) return;
    const now = performance.now() - began;
    this.next = Math.max(
      0,
      this.turns.findLastIndex((turn) => turn <= now),
    );
    this.layOut();
  }

  /** The breath pauses, or the tones do. */
  pause() {
    this.began = null;
    this.hush();
  }

  start() {
    try {
      this.context ??= this.made();
    } catch {
      return false;
    }
    this.context.resume();
    return true;
  }

  made() {
    const context = new AudioContext();
    const voice = (frequency) => {
      const tone = new OscillatorNode(context, { type: "sine", frequency });
      const volume = new GainNode(context, { gain: 0 });
      tone.connect(volume).connect(context.destination);
      tone.start();
      return { tone, volume };
    };
    this.breath = voice(LOW_HZ);
    this.tick = voice(TICK_HZ);
    return context;
  }

  layOut() {
    if (!this.on || this.began === null) return;
    const now = performance.now();
    while (this.next < this.turns.length && this.began + this.turns[this.next] <= now + AHEAD_MS) {
      this.turn(this.next, Math.max(now, this.began + this.turns[this.next]));
      this.next += 1;
    }
  }

  /** Lay out the turn with this number; it begins at `atMs`, or has begun already. */
  turn(number, atMs) {
    const { gain } = this.breath.volume;
    const at = Math.max(this.context.currentTime, this.heardAt(atMs));
    const last = number === this.turns.length - 1;
    const { kind } = this.planned.phases[number % this.planned.phases.length];
    const sounding = !last && kind !== "hold";
    gain.setTargetAtTime(sounding ? LOUDNESS : 0, at, FADE_S / 3);
    if (sounding) {
      const leftS = (this.began + this.turns[number + 1] - atMs) / 1000;
      this.breath.tone.frequency.setTargetAtTime(kind === "in" ? HIGH_HZ : LOW_HZ, at, Math.max(0.2, leftS / 3));
    }
    this.tick.volume.gain.setValueAtTime(TICK_LOUDNESS, at);
    this.tick.volume.gain.setTargetAtTime(0, at + 0.01, TICK_S / 3);
  }

  /** When to begin on the sound card's clock what is to be heard at `atMs` of the page's. */
  heardAt(atMs) {
    const { contextTime, performanceTime } = this.context.getOutputTimestamp?.() ?? {};
    return performanceTime
      ? contextTime + (atMs - performanceTime) / 1000
      : this.context.currentTime + (atMs - performance.now()) / 1000;
  }

  hush() {
    if (!this.context) return;
    const now = this.context.currentTime;
    for (const { tone, volume } of [this.breath, this.tick]) {
      tone.frequency.cancelScheduledValues(now);
      volume.gain.cancelScheduledValues(now);
      volume.gain.setTargetAtTime(0, now, FADE_S / 3);
    }
  }
}
