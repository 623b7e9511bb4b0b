// In: phases of a breath. Out: a soft tone that rises with the breath in and falls with the breath out; silent until asked for.

const LOW_HZ = 174;
const HIGH_HZ = 220;
const LOUDNESS = 10 ** (-24 / 20);
const FADE_S = 0.2;

export class Tones {
  constructor() {
    this.on = false;
  }

  toggle() {
    this.on = !this.on;
    if (this.on) this.start();
    else this.fade(0);
    return this.on;
  }

  start() {
    if (!this.context) {
      this.context = new AudioContext();
      this.tone = new OscillatorNode(this.context, { type: "sine", frequency: LOW_HZ });
      this.volume = new GainNode(this.context, { gain: 0 });
      this.tone.connect(this.volume).connect(this.context.destination);
      this.tone.start();
    }
    this.context.resume();
  }

  /** A phase of `kind` has begun and has `left` seconds to go. */
  phase(kind, left) {
    if (!this.on) return;
    const now = this.context.currentTime;
    const sounding = kind === "in" || kind === "out";
    this.fade(sounding ? LOUDNESS : 0);
    if (!sounding) return;
    this.tone.frequency.cancelScheduledValues(now);
    this.tone.frequency.setTargetAtTime(kind === "in" ? HIGH_HZ : LOW_HZ, now, Math.max(0.2, left / 3));
  }

  fade(gain) {
    if (!this.context) return;
    this.volume.gain.setTargetAtTime(gain, this.context.currentTime, FADE_S / 3);
  }

  close() {
    this.context?.close();
  }
}
