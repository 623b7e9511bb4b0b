// In: a date in the address. Out: that day: one sentence, the picture, the list; kept up to date while it is being lived.

import { get, query } from "./api.js";
import { practices } from "./content.js";
import { dayList, measured } from "./daylist.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { currentStatus, firstStatus, listen, nowIso } from "./live.js";
import { DayPlot } from "./plot-day.js";
import { go, name } from "./router.js";
import { summary } from "./summary.js";
import { dateOf, dayName, shift } from "./time.js";

const CALM_MS = 2000;
let view = "picture";

export async function day({ show, signal, params: [wanted], search }) {
  const date = wanted === "today" ? null : (wanted ?? null);
  if (search.get("view") === "list") view = "list";
  await practices().catch(() => []);
  let timeline = await get(`/timeline${query({ date })}`, signal);
  name(dayName(timeline.date));
  if (!currentStatus()) await Promise.race([firstStatus(signal), new Promise((resolve) => setTimeout(resolve, 300))]);

  const today = () => (currentStatus() ? dateOf(nowIso()) : dateOf(timeline.now));
  const lede = h("p", { class: "lede" });
  const figure = h("figure", { class: "card daypic", "aria-label": "The day as a picture" });
  const list = h("ol", { class: "daylist" });
  const spent = h("ul", { class: "sofar measured" });
  const whole = h("button", { class: "btn less whole", type: "button", hidden: true }, "Whole day");
  const toggle = h(
    "div",
    { class: "toggle", role: "group", "aria-label": "View" },
    ...[
      ["picture", "day", "Picture"],
      ["list", "list", "List"],
    ].map(([each, picture, label]) =>
      h("button", { type: "button", data: { view: each }, on: { click: () => turn(each) } }, icon(picture), label),
    ),
  );
  const measuredHead = h("h2", {}, "What was measured");
  const aside = h(
    "aside",
    { class: "stack-wide", "aria-label": "About this day" },
    h("a", { class: "btn go", href: writeHere() }, icon("pen"), "Write about this day"),
    h("section", {}, measuredHead, spent),
  );
  show(
    h(
      "header",
      { class: "head" },
      h("div", {}, h("p", { class: "eyebrow" }, eyebrow()), h("h1", {}, dayName(timeline.date))),
      h(
        "div",
        { class: "row day-nav" },
        toggle,
        h(
          "div",
          { class: "row arrows" },
          arrow("left", timeline.previous ?? shift(timeline.date, -1), Boolean(timeline.previous)),
          arrow("right", timeline.next ?? shift(timeline.date, 1), Boolean(timeline.next)),
        ),
      ),
    ),
    lede,
    figure,
    h("div", { class: "cols day-cols" }, h("section", {}, h("h2", {}, "The day in order"), list), aside),
  );

  const plot = new DayPlot(figure, signal);
  figure.append(whole);
  whole.addEventListener("click", () => {
    plot.zoom(...plot.day);
    plot.curve.focus();
  });
  plot.onZoom = (zoomed) => (whole.hidden = !zoomed);
  turn(view);
  draw();

  function draw() {
    lede.replaceChildren(...summary(timeline));
    const blank = !timeline.minutes.length;
    figure.classList.toggle("blank", blank);
    figure.hidden = view === "list" || (blank && !timeline.entries.length);
    measuredHead.hidden = blank;
    plot.show(timeline);
    spent.replaceChildren(...measured(timeline));
    if (!list.contains(document.activeElement)) list.replaceChildren(...dayList(timeline));
  }

  function turn(which) {
    view = which;
    for (const button of toggle.children) button.setAttribute("aria-pressed", String(button.dataset.view === which));
    figure.hidden = which === "list" || !timeline.minutes.length;
    if (!figure.hidden) plot.draw();
  }

  function eyebrow() {
    if (timeline.date === today()) return "Today";
    if (timeline.date === shift(today(), -1)) return "Yesterday";
    return timeline.date.slice(0, 4);
  }

  function writeHere() {
    if (timeline.date === today()) return "/journal?write";
    return `/journal?write&about=${encodeURIComponent(timeline.start.replace("T00:00", "T12:00"))}`;
  }

  // A day that is being lived grows; what comes in quick succession is asked for once.
  let pending = 0;
  const again = async () => {
    pending = 0;
    try {
      timeline = await get(`/timeline${query({ date: timeline.date })}`, signal);
    } catch {
      return; // The next news tries again; the bar above says when the page has lost touch.
    }
    draw();
  };
  const soon = () => {
    pending ||= setTimeout(again, CALM_MS);
  };
  signal.addEventListener("abort", () => clearTimeout(pending));
  listen(
    "day",
    (news) => {
      if (news.date === timeline.date) soon();
      else if (!date && news.date > timeline.date) go("/day/today", true);
    },
    signal,
  );
  for (const kind of ["event", "prompt", "entry"]) listen(kind, soon, signal);
}

function arrow(side, date, there) {
  const label = there ? dayName(date) : side === "left" ? "No earlier day" : "No later day";
  return there
    ? h("a", { class: "icon-btn", href: `/day/${date}`, "aria-label": label, title: label }, icon(side))
    : h("span", { class: "icon-btn", role: "img", "aria-disabled": "true", "aria-label": label }, icon(side));
}
