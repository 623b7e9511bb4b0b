// In: /api/notice. Out: the plain notice that the heart was fast or slow for long, above everything on Now, until the wearer has read
// it. Where movement was not known it asks first.

import { get } from "./api.js";
import { clock, h, num, word } from "./dom.js";
import { listen } from "./live.js";

const READ = "unhurry.notice";

/** Keep `slot` showing the notice of the day until `signal` aborts. */
export function noticeSlot(slot, signal) {
  let shown = 0;
  look();
  listen("finding", (news) => news.kind === "notice" && look(), signal);

  async function look() {
    const { notice } = await get("/notice", signal).catch(() => ({ notice: null }));
    if (!notice || notice.id === shown || String(notice.id) === read()) return;
    shown = notice.id;
    if (notice.question) ask(notice);
    else tell(notice);
  }

  function ask(notice) {
    put(
      notice,
      h("h2", {}, notice.question),
      h("p", { class: "soft" }, "Your heart has kept the same pace for a while, and whether you moved is not known."),
      button("Yes, resting", () => tell(notice)),
      button("No, moving", () => done(notice)),
    );
  }

  function tell(notice) {
    put(
      notice,
      h("p", { class: "told" }, num(notice.text), word(notice.without_numbers)),
      h("a", { class: "btn", href: "/help" }, "Help"),
      button("I have read it", () => done(notice)),
    );
  }

  function put(notice, ...parts) {
    const words = parts.filter((part) => !part.matches(".btn"));
    const ways = parts.filter((part) => part.matches(".btn"));
    slot.replaceChildren(
      h(
        "section",
        { class: "card notice", role: "region", "aria-label": "A notice" },
        h("p", { class: "eyebrow" }, clock(notice.t)),
        ...words,
        h("div", { class: "row answers" }, ...ways),
      ),
    );
  }

  function done(notice) {
    try {
      localStorage.setItem(READ, String(notice.id));
    } catch {
      // A private window may refuse; then it comes once more with the next visit.
    }
    slot.replaceChildren();
  }
}

const button = (label, act) => h("button", { class: "btn", type: "button", on: { click: act } }, label);

function read() {
  try {
    return localStorage.getItem(READ);
  } catch {
    return null;
  }
}
