// In: the last three quarters of an hour, seconds and minutes. Out: one small curve with the usual band, and a sentence for it.

import { s } from "./dom.js";
import { heartLine, rateAxis, sped, timeAxis, usualBand, usualWord } from "./plot-layers.js";
import { usual } from "./plot-path.js";
import { rateRange, scale } from "./plot-scale.js";
import { MINUTE, ms, WallClock } from "./time.js";

const STEP_MS = 15_000;
const HEIGHT = 178;

/** Draw into `box`. `seconds` and `minutes` are /heart-rate items, `events` may light up what is above the usual. */
export function drawRecent(box, { start, end, seconds, minutes, events, iso }) {
  const known = minutes.map((minute) => ({ t: ms(minute.t), ...usual(minute) })).filter((each) => each.low !== null);
  const all = medians(seconds, known);
  const width = box.clientWidth;
  const narrow = width < 480;
  const x = scale(start, end, narrow ? 30 : 40, width - 4);
  const [low, high] = rateRange([
    ...all.map((point) => point.hr).filter(Number.isFinite),
    ...known.flatMap((each) => [each.low, each.high]),
  ]);
  const y = scale(low, high, HEIGHT - 34, 12);
  const clock = new WallClock([iso]);
  // The band reaches from edge to edge: a minute that began before the window still counts in it.
  const band = known
    .map((point) => ({ ...point, t: Math.max(start, point.t) }))
    .slice(-Math.ceil((end - start) / MINUTE) - 1);
  const last = band.at(-1);
  if (last && end - last.t < 3 * MINUTE) band.push({ ...last, t: end });
  box.replaceChildren(
    s(
      "svg",
      {
        class: "plot",
        width,
        height: HEIGHT,
        viewBox: `0 0 ${width} ${HEIGHT}`,
        role: "img",
        "aria-label": saying(all),
      },
      usualBand(band, x, y, 3 * MINUTE),
      rateAxis(x, y, 3),
      usualWord(band, x, y),
      heartLine(all, x, y, 3 * STEP_MS, false),
      events.map((event) => sped(all, x, y, 3 * STEP_MS, ms(event.start), event.end ? ms(event.end) : end, false)),
      timeAxis(x, clock, HEIGHT - 6, narrow ? 72 : 110),
    ),
  );
}

/** 15 s medians: calm to look at, and never a beat-by-beat ticker. */
function medians(seconds, known) {
  const bins = new Map();
  for (const { t, hr_bpm: hr } of seconds) {
    const bin = Math.floor(ms(t) / STEP_MS) * STEP_MS;
    if (!bins.has(bin)) bins.set(bin, []);
    if (Number.isFinite(hr)) bins.get(bin).push(hr);
  }
  let i = 0;
  return [...bins].map(([bin, rates]) => {
    rates.sort((a, b) => a - b);
    while (i + 1 < known.length && known[i + 1].t <= bin) i += 1;
    const near = known[i] && Math.abs(known[i].t - bin) < 5 * MINUTE ? known[i] : null;
    return {
      t: bin + STEP_MS / 2,
      hr: rates.length ? rates[rates.length >> 1] : null,
      low: near?.low ?? null,
      high: near?.high ?? null,
    };
  });
}

function saying(all) {
  const known = all.filter((point) => point.hr !== null);
  if (!known.length) return "Nothing was measured in the last three quarters of an hour.";
  const last = known.at(-1);
  const place = last.high === null ? "" : last.hr > last.high ? ", now above your usual" : ", now near your usual";
  return `Your heart rate over the last three quarters of an hour${place}.`;
}
