// In: the offer that stands. Out: its card on Now, and the wearer's answer sent. It never takes the focus by itself.

import { announce, clock, h } from "./dom.js";
import { scale } from "./felt.js";
import { go } from "./router.js";
import { hillsBehind, icon } from "./icons.js";
import { answer, answeredHere, newest, standing } from "./offer.js";
import { listen, nowMs } from "./live.js";
import { addressOf, outward, practices } from "./content.js";
import { send } from "./api.js";
import { ms, MINUTE } from "./time.js";
import { count } from "./words.js";

const REASONS = [
  ["meeting", "In a meeting"],
  ["driving", "Driving"],
  ["excited", "Just excited"],
  ["leave_me_today", "Leave me today"],
];
const REASONS_MS = 8000;
const FADE_MS = 520;
const GOODBYE_MS = 2000;

/** Keep `slot` showing the standing offer until `signal` aborts. */
export function promptSlot(slot, signal) {
  let shown = null;
  let busy = false;
  let pressed = false;
  let before = () => null;
  const opts = { signal };
  addEventListener("pointerdown", () => (pressed = true), opts);
  addEventListener(
    "pointerup",
    () => {
      pressed = false;
      setTimeout(look);
    },
    opts,
  );
  addEventListener("pointercancel", () => (pressed = false), opts);
  listen("status", look, signal);
  listen("prompt", look, signal);
  const tick = setInterval(look, 1000);
  signal.addEventListener("abort", () => clearInterval(tick));

  function look() {
    if (busy || pressed || signal.aborted) return;
    const offer = standing();
    if (offer && offer.id !== shown?.id) {
      shown = offer;
      slot.replaceChildren(card(offer));
      announce(`${spoken(offer)} ${offer.title}`);
    } else if (!offer && shown) {
      const now = newest();
      if (now.id === shown.id && now.answer && !answeredHere(now)) leave("Answered elsewhere.", GOODBYE_MS);
      else leave(null, 0);
    } else if (shown) {
      slot.querySelector(".ago")?.replaceChildren(ago(shown));
    }
  }

  function leave(sentence, after) {
    shown = null;
    const old = slot.firstElementChild;
    if (!old) return;
    if (sentence) old.replaceChildren(h("p", { class: "offer" }, sentence));
    setTimeout(() => {
      old.classList.add("leaving");
      setTimeout(() => {
        if (slot.firstElementChild === old) slot.replaceChildren();
      }, FADE_MS);
    }, after);
  }

  async function act(offer, work) {
    busy = true;
    try {
      await work();
    } catch (problem) {
      slot.querySelector(".trouble")?.remove();
      slot.firstElementChild?.append(h("p", { class: "trouble small", role: "alert" }, problem.message));
    } finally {
      busy = false;
    }
  }

  const begin = (offer) =>
    act(offer, async () => {
      await answer(offer, "start", { distress: before() });
      const offered = (await practices()).find((each) => each.name === offer.practice);
      await go(`${offered ? addressOf(offered) : `/breathe/${offer.practice}`}?prompt=${offer.id}`);
    });

  const lookAround = (offer) =>
    act(offer, async () => {
      const instead = outward(await practices());
      await answer(offer, "start", { distress: before() });
      await send("POST", "/intents", { kind: "start_practice", arguments: { practice: instead.name } }).catch(() => {});
      await go(`${addressOf(instead)}?prompt=${offer.id}`);
    });

  const fine = (offer) =>
    act(offer, async () => {
      await answer(offer, "fine");
      leave("Good. That is all.", GOODBYE_MS);
    });

  const notNow = (offer) =>
    act(offer, async () => {
      await answer(offer, "not_now");
      shown = null;
      slot.replaceChildren(reasons(offer));
      slot.querySelector("h2").focus();
    });

  function reasons(offer) {
    const box = h(
      "section",
      { class: "card prompt asked", "aria-labelledby": "said" },
      h("h2", { class: "said", id: "said", tabindex: "-1" }, "Quiet for three quarters of an hour."),
      h("p", { class: "offer" }, "If you like, say why. It changes how long Unhurry waits."),
      h(
        "div",
        { class: "chips" },
        ...REASONS.map(([reason, label]) =>
          h(
            "button",
            {
              class: "chip",
              type: "button",
              on: {
                click: () =>
                  act(offer, async () => {
                    await answer(offer, "not_now", { reason });
                    leave("Thank you. It is written down.", GOODBYE_MS);
                  }),
              },
            },
            label,
          ),
        ),
      ),
    );
    // The eight seconds wait while someone is reaching for a chip.
    let left = REASONS_MS / 1000;
    const fading = setInterval(() => {
      if (signal.aborted || !box.isConnected) return clearInterval(fading);
      if (box.matches(":hover") || box.querySelector(".chip:focus")) return;
      if (--left > 0) return;
      clearInterval(fading);
      if (slot.firstElementChild === box) leave(null, 0);
    }, 1000);
    return box;
  }

  function card(offer) {
    const strength = scale("How strong is it now?", "before-strength");
    before = strength.value;
    const button = (label, work, look = "btn") =>
      h("button", { class: look, type: "button", on: { click: () => work(offer) } }, label);
    return h(
      "section",
      { class: "card prompt", role: "region", "aria-labelledby": "said", data: { prompt: offer.id } },
      hillsBehind(),
      h(
        "p",
        { class: "when" },
        h("span", { class: "glyph of-heart" }, icon("hill")),
        clock(offer.shown),
        h("span", { class: "ago" }, ago(offer)),
      ),
      h("h2", { class: "said", id: "said" }, spoken(offer)),
      h("p", { class: "offer" }, offer.title),
      h(
        "div",
        { class: "row answers" },
        button("Start", begin, "btn go"),
        button("Not now", notNow),
        button("I’m fine", fine),
      ),
      h("details", { class: "quiet before" }, h("summary", {}, "Say how strong it is, if you like"), strength.element),
      h(
        "div",
        { class: "row-links" },
        button("Look around instead", lookAround, "link small"),
        offer.event ? h("a", { class: "link small", href: `/event/${offer.event}` }, "Why now?") : null,
        h("a", { class: "link small", href: "/help" }, "I need more than this"),
      ),
    );
  }

  look();
}

const spoken = (offer) => (offer.event ? "Your heart sped up while you were still." : "A quiet moment, if you like.");

function ago(offer) {
  const minutes = Math.floor((nowMs() - ms(offer.shown)) / MINUTE);
  if (minutes < 1) return "just now";
  return minutes === 1 ? "a minute ago" : `${count(minutes)} minutes ago`;
}
