// In: the practice that finds one's own pace, a full-screen frame. Out: a round led through: what to know, five paces with a rest between, what
// came of it, and whether to use it. It can be ended at any second; what was tried until then is kept.

import { get, send } from "./api.js";
import { changed } from "./content.js";
import { clock, h, num, word } from "./dom.js";
import { pacer } from "./pacer.js";
import { about } from "./practices.js";
import { go } from "./router.js";
import { keepRun } from "./run.js";
import { timedParts } from "./timed.js";
import { count } from "./words.js";

export const FINDER = "finder";
const ASK_EVERY_MS = 3000;
const ASK_FOR_MS = 90_000;

/** Fill `frame` with the round; `bar(end, middle)` makes its top, `leave()` goes away. */
export async function finder(practice, frame, { signal, bar, leave }) {
  const own = await get("/resonance", signal);
  let doing = new AbortController();
  signal.addEventListener("abort", () => doing.abort());

  const screen = (title, middle, foot, top = null) => {
    const heading = h("h1", { tabindex: "-1" }, title);
    frame.replaceChildren(
      bar(leave, top),
      h("div", { class: "steps" }, heading, ...middle.filter(Boolean)),
      h("div", { class: "still-foot" }, ...foot.filter(Boolean)),
    );
    heading.focus();
  };
  const button = (label, act, look = "btn") =>
    h("button", { class: look, type: "button", on: { click: act } }, label);

  const [{ title, text }] = practice.steps;
  screen(
    title,
    [h("p", { class: "lede lines" }, text), own.latest && before(own), ...about(practice)],
    [h("a", { class: "btn", href: "/practices" }, "Another time"), button("Begin", () => step(0), "btn go")],
  );

  function step(number) {
    doing.abort();
    doing = new AbortController();
    const breathS = 60 / own.paces[number];
    const phases = ["in", "out"].map((kind) => ({ kind, seconds: breathS / 2, say: null }));
    let made = null;
    const kept = keepRun(FINDER, null, { signal: doing.signal, breathS, paced: () => made?.paced() ?? null });
    const over = (endedBy) => {
      kept.end(endedBy);
      doing.abort();
    };
    made = pacer(
      { phases, minutes: own.step_minutes },
      {
        signal: doing.signal,
        changed: kept.changed,
        soFar: kept.soFar,
        finished: () => {
          over("finished");
          if (number + 1 < own.paces.length) rest(number + 1);
          else result();
        },
        lookAround: (climbed) => {
          over(climbed ? "heart_climbed" : "stopped");
          go("/ground/outward");
        },
      },
    );
    const end = () => {
      over("stopped");
      leave();
    };
    const worse = () => {
      over("worse");
      kept.felt({ felt: "worse" });
      screen("Thank you. Stopping is right.", [h("p", { class: "lede" }, "Look around instead?")], [
        h("a", { class: "btn go", href: "/ground/outward" }, "Look around"),
        h("a", { class: "btn", href: "/help" }, "I need more than this"),
        button("No, thank you", leave),
      ]);
    };
    frame.replaceChildren(
      bar(end, made.top),
      h("h1", { class: "vh" }, `Pace ${number + 1} of ${own.paces.length}`),
      ...made.body,
      h("div", { class: "still-foot" }, ...made.foot),
      h("p", { class: "still-worse" }, button("It feels worse", worse, "link small")),
      h("p", { class: "quiet still-about" }, `The ${ORDER[number] ?? "next"} of ${count(own.paces.length)} paces`),
    );
  }

  function rest(next) {
    doing = new AbortController();
    const timed = timedParts([{ say: "Breathe as you like", seconds: own.rest_s }], {
      signal: doing.signal,
      ended: () => step(next),
    });
    screen(
      "A rest",
      [h("p", { class: "lede" }, "Let the breath go its own way. The next pace is a little slower."), timed.element],
      [timed.pause, button("Go on now", () => step(next), "btn go")],
    );
  }

  async function result() {
    const known = own.latest?.id ?? 0;
    screen("That was the round.", [h("p", { class: "lede" }, "A moment: the beats are being looked at.")], []);
    const until = performance.now() + ASK_FOR_MS;
    while (!signal.aborted && performance.now() < until) {
      const { latest } = await get("/resonance", signal).catch(() => ({ latest: null }));
      if (latest && latest.id !== known) return tell(latest);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    if (signal.aborted) return;
    screen(
      "The beats have not been looked at yet.",
      [h("p", { class: "lede" }, "What comes of it will stand here when you come back. Unhurry must be running for that.")],
      [button("Done", leave, "btn go")],
    );
  }

  function tell(round) {
    const take = async (accepted) => {
      await send("POST", `/resonance/${round.id}/taking`, { accepted }).catch(() => {});
      changed();
      leave();
    };
    const pace = round.per_minute;
    screen(
      pace === null ? "It could not be told this time." : "This is what your heart did.",
      [
        h("p", { class: "lede" }, round.sentence),
        round.steps.some((each) => each.swing_bpm !== null) ? swings(round) : null,
        pace === null ? null : h("p", { class: "soft" }, "Rounds do not always agree. It is worth doing again in some weeks."),
      ],
      pace === null
        ? [button("Done", leave, "btn go")]
        : [
            button("Stay with what I had", () => take(false)),
            button(`Use ${pace} a minute`, () => take(true), "btn go"),
          ],
    );
  }
}

const ORDER = ["first", "second", "third", "fourth", "fifth"];

const before = (own) =>
  h("p", { class: "soft" }, "Last time, on ", own.latest.t.slice(0, 10), " at ", clock(own.latest.t), ": ", own.latest.sentence);

/** How far the heart swung at each pace, with its interval; a pace that did not count is pale. */
function swings({ steps }) {
  const most = Math.max(...steps.map((each) => each.high_bpm ?? each.swing_bpm ?? 0));
  return h(
    "ul",
    { class: "swings", "aria-label": "How far your heart swung at each pace" },
    ...steps.map((each) =>
      h(
        "li",
        { class: each.used ? null : "unused" },
        h("span", { class: "tabular" }, `${each.per_minute} a minute`),
        h("progress", { max: String(most), value: String(each.swing_bpm ?? 0), "aria-hidden": "true" }),
        each.used
          ? h("span", { class: "quiet" }, num(`${Math.round(each.swing_bpm)} beats`), word(each.swing_bpm === most ? "widest" : ""))
          : h("span", { class: "quiet" }, "not seen"),
      ),
    ),
  );
}
