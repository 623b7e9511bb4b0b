// In: the live status. Out: the place Now: an offer if there is one, the state in words, three quarters of an hour, small things to do.

import { get, query, send } from "./api.js";
import { askAfter } from "./after.js";
import { addressOf, practices, shortest } from "./content.js";
import { h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { currentStatus, firstStatus, listen, nowIso, nowMs } from "./live.js";
import { drawRecent } from "./plot-recent.js";
import { noticeSlot } from "./notice.js";
import { onResize } from "./plot-layers.js";
import { promptSlot } from "./prompt.js";
import { name } from "./router.js";
import { SecondsWindow } from "./seconds.js";
import { soFar } from "./sofar.js";
import { describe } from "./states.js";
import { strapSlot } from "./straps.js";
import { dateOf, inWords, MINUTE, read, shortDay, write } from "./time.js";
import { capital, duration } from "./words.js";

const WINDOW_MS = 45 * MINUTE;
/** The quiet number is a 15 s median, shown for 15 s; a day that runs faster is looked at a little oftener. */
const REFRESH_MS = 15_000;
const FASTEST_MS = 2500;

export async function now({ show, signal, search }) {
  name("Now");
  await firstStatus(signal);
  const title = h("h1");
  const date = h("p", { class: "eyebrow" });
  const which = h("div", { class: "slot" });
  const notice = h("div", { class: "slot" });
  const slot = h("div", { class: "slot" });
  const panel = h("section", { class: "state", "aria-label": "Right now" });
  const said = h("h2");
  const more = h("div", { class: "stack-none" });
  const act = h("div");
  const curve = h("div", { class: "recent" });
  panel.append(h("p", { class: "eyebrow" }, "Right now"), said, more, act, curve);
  const quick = h("ul", { class: "quick" });
  const day = h("ul", { class: "sofar" });
  show(
    h("header", { class: "head" }, h("div", {}, date, title)),
    h(
      "div",
      { class: "cols" },
      h("div", { class: "stack-wide" }, notice, which, slot, panel),
      h(
        "aside",
        { class: "stack-wide", "aria-label": "If you like" },
        h("section", {}, h("h2", {}, "If you like"), quick),
        h("section", {}, h("h2", {}, "Today so far"), day),
      ),
    ),
  );

  if (search.get("after")) askAfter(slot, Number(search.get("after")), () => history.replaceState({}, "", "/"), signal, Number(search.get("run")) || null);
  else promptSlot(slot, signal);
  strapSlot(which, signal);
  noticeSlot(notice, signal);

  let shownLevel = "";
  let numberAt = -Infinity;
  let recent = null;
  const trail = new SecondsWindow();
  const pace = () => Math.max(FASTEST_MS, REFRESH_MS / (currentStatus().speed || 1));

  function state() {
    const status = currentStatus();
    const iso = nowIso();
    if (title.textContent !== inWords(iso)) {
      title.textContent = inWords(iso);
      date.textContent = shortDay(dateOf(iso));
    }
    const words = describe(status);
    const changed = words.say !== said.textContent;
    if (!changed && performance.now() - numberAt < pace()) return;
    numberAt = performance.now();
    said.textContent = words.say;
    more.replaceChildren(
      ...words.more.map((line) =>
        typeof line === "string"
          ? h("p", { class: "soft" }, line)
          : h("p", { class: "quiet" }, num(line.num), word(line.word)),
      ),
    );
    act.replaceChildren(
      words.act
        ? h(
            "button",
            { class: "btn less", type: "button", on: { click: () => intend(words.act.intent, words.act.arguments) } },
            words.act.label,
          )
        : "",
    );
    curve.hidden = words.quiet;
    if (changed || words.level !== shownLevel) side();
    shownLevel = words.level;
  }

  async function look() {
    const iso = nowIso();
    const { offsetMs } = read(iso);
    const end = nowMs();
    const start = end - WINDOW_MS;
    const span = (from) => ({ start: write(from, offsetMs), end: write(end, offsetMs) });
    const [seconds, minutes, events] = await Promise.all([
      trail.upTo(start, end, offsetMs, signal),
      get(`/heart-rate${query({ ...span(start - 2 * MINUTE), resolution: "minute" })}`, signal),
      get(`/events${query(span(start - 15 * MINUTE))}`, signal),
    ]);
    recent = { start, end, seconds, minutes: minutes.items, events: events.items, iso };
    draw();
  }

  function draw() {
    if (!recent || curve.hidden || !curve.clientWidth) return;
    if (recent.seconds.some((item) => item.hr_bpm !== null)) drawRecent(curve, recent);
    else curve.replaceChildren();
  }

  async function side() {
    const { modes, daemon, source } = currentStatus();
    const breath = shortest(await practices().catch(() => []));
    const item = (picture, label, small, act) =>
      h(
        "li",
        {},
        typeof act === "string"
          ? h("a", { href: act }, icon(picture), h("span", {}, label, small && h("span", { class: "quiet" }, small)))
          : h(
              "button",
              { type: "button", on: { click: act } },
              icon(picture),
              h("span", {}, label, small && h("span", { class: "quiet" }, small)),
            ),
      );
    const kept = quick.contains(document.activeElement)
      ? [...quick.querySelectorAll("a, button")].indexOf(document.activeElement)
      : -1;
    quick.replaceChildren(
      ...[
        breath && item("wave", breath.title, capital(duration(breath.minutes * 60)), addressOf(breath)),
        modes.conversation_since
          ? item("people", "The conversation is over", "Unhurry speaks again", () => intend("conversation_end", {}))
          : item("people", "I’m in a conversation", "No prompts until you say it is over", () =>
              intend("conversation_start", {}),
            ),
        item("pen", "Write a line", null, "/journal"),
        modes.snoozed_until
          ? item("rest", "Start offering again", `Snoozed until ${modes.snoozed_until.slice(11, 16)}`, () =>
              intend("snooze", { minutes: 0 }),
            )
          : item("rest", "Snooze for two hours", null, () => intend("snooze", { minutes: 120 })),
        modes.observing
          ? item("eye", "Start offering again", null, () => intend("observe", { on: false }))
          : item("eyeshut", "Just observe today", "Keep a record, say nothing", () => intend("observe", { on: true })),
        daemon.running && source === "ble" && pausing(modes, item),
        narrow(item("sliders", "How Unhurry listens", null, "/settings")),
      ].filter(Boolean),
    );
    if (kept >= 0) quick.querySelectorAll("a, button")[kept]?.focus();
  }

  /** On a wide screen this is in the rail. */
  const narrow = (element) => {
    element.classList.add("narrow-only");
    return element;
  };

  const pausing = (modes, item) =>
    modes.paused_since
      ? item("play", "Go on measuring", `Paused since ${modes.paused_since.slice(11, 16)}`, () => intend("resume", {}))
      : item("pause", "Pause measuring", "Nothing is recorded, the strap may rest", () => intend("pause", {}));

  async function intend(kind, args) {
    try {
      await send("POST", "/intents", { kind, arguments: args });
    } catch (problem) {
      more.replaceChildren(h("p", { class: "soft", role: "alert" }, problem.message));
    }
  }

  const sofar = async () => day.replaceChildren(...soFar(await get("/timeline", signal)));

  let modes = JSON.stringify(currentStatus().modes);
  listen(
    "status",
    (status) => {
      if (JSON.stringify(status.modes) !== modes) {
        modes = JSON.stringify(status.modes);
        side();
      }
      state();
    },
    signal,
  );
  for (const kind of ["event", "prompt", "entry"]) listen(kind, () => quietly(sofar()), signal);
  onResize(curve, draw, signal);
  let due = performance.now() + pace();
  const tick = setInterval(() => {
    if (document.hidden || performance.now() < due) return;
    due = performance.now() + pace();
    state();
    quietly(look());
  }, 500);
  signal.addEventListener("abort", () => clearInterval(tick));

  state();
  side();
  await Promise.all([quietly(look()), quietly(sofar())]);
}

/** A missed refresh is no trouble of its own: the bar above says so when the page has lost touch. */
const quietly = (work) => work.catch(() => {});
