// In: an event's number in the address. Out: that moment: its curve, why Unhurry spoke or did not, what the wearer made of it.

import { get, send } from "./api.js";
import { practices } from "./content.js";
import { clock, h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { listen, nowMs } from "./live.js";
import { onResize } from "./plot-layers.js";
import { drawMoment } from "./plot-moment.js";
import { reasons } from "./reasons.js";
import { name } from "./router.js";
import { answered, LABELS, nearUsual, settled, template } from "./tale.js";
import { dateOf, dayName, hhmm, MINUTE, ms } from "./time.js";
import { wentLines } from "./went.js";
import { capital, duration, roughly } from "./words.js";

export async function event({ show, signal, params: [id] }) {
  const [first, known] = await Promise.all([get(`/events/${id}`, signal), practices().catch(() => [])]);
  const [runs, ...entries] = await Promise.all([
    first.prompt ? practisedFor(first.prompt.id, signal) : [],
    ...first.entries.map((entry) => get(`/journal/${entry.id}`, signal).catch(() => null)),
  ]);
  let moment = first;
  name(hhmm(moment.start));
  const date = dateOf(moment.start);
  const lede = h("p", { class: "lede" });
  const curve = h("div");
  const facts = h("dl", { class: "facts" });
  const chips = h("div", { class: "chips", role: "group", "aria-label": "What it was, for you" });
  const trouble = h("p", { class: "small soft", role: "alert" });
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, h("a", { class: "link", href: `/day/${date}` }, dayName(date))),
        h("h1", {}, "Your heart sped up while you were still"),
      ),
      h(
        "div",
        { class: "row arrows" },
        arrow("left", moment.previous, "Earlier moment of this day"),
        arrow("right", moment.next, "Later moment of this day"),
      ),
    ),
    lede,
    h(
      "div",
      { class: "cols" },
      h(
        "div",
        { class: "stack" },
        h("figure", { class: "card moment-pic" }, curve),
        h("section", { class: "card", "aria-label": "About this moment" }, facts),
      ),
      h(
        "aside",
        { class: "stack", "aria-label": "Your words" },
        h("h2", {}, "Your words"),
        ...entries
          .filter(Boolean)
          .map((entry) =>
            h(
              "article",
              { class: "note" },
              h(
                "p",
                { class: "eyebrow" },
                h(
                  "a",
                  { class: "link", href: `/journal/${entry.id}` },
                  template(entry.template),
                  ", ",
                  clock(entry.created),
                ),
              ),
              h("p", { class: "yours", dir: "auto" }, entry.body || Object.values(entry.fields).join("\n")),
            ),
          ),
        h(
          "a",
          { class: "btn less", href: `/journal?write&event=${moment.id}` },
          icon("plus"),
          "Write about this moment",
        ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "What you are looking at"),
          h(
            "p",
            {},
            "The shaded band is where your heart usually is at this hour when you are still. The heart often moves before there is a thought to go with it. That is an old and useful order of things.",
          ),
        ),
      ),
    ),
  );

  for (const [slug, label] of LABELS) {
    chips.append(
      h("button", { class: "chip", type: "button", data: { label: slug }, on: { click: () => choose(slug) } }, label),
    );
  }
  draw();
  onResize(curve, picture, signal);
  listen(
    "event",
    async (news) => {
      if (news.id !== moment.id) return;
      moment = await get(`/events/${id}`, signal).catch(() => moment);
      draw();
      picture();
    },
    signal,
  );

  async function choose(slug) {
    const label = moment.label === slug ? null : slug;
    trouble.textContent = "";
    try {
      moment = { ...moment, ...(await send("PATCH", `/events/${id}`, { label })) };
    } catch (problem) {
      trouble.textContent = problem.message;
    }
    mark();
  }

  function mark() {
    for (const chip of chips.children) chip.setAttribute("aria-pressed", String(chip.dataset.label === moment.label));
  }

  function picture() {
    drawMoment(curve, moment, practisedWhen(runs) ?? followed(moment, known), nowMs() ?? ms(moment.confirmed));
  }

  function draw() {
    lede.replaceChildren(
      `At ${hhmm(moment.start)}`,
      num(`, from ${Math.round(moment.hr_baseline_bpm)} to ${Math.round(moment.hr_peak_bpm)} beats a minute`),
      ". ",
      ended(moment),
    );
    const spoke = moment.decision?.decision === "prompt";
    const near = nearUsual(moment);
    facts.replaceChildren(
      ...[
        moment.decision &&
          fact(
            spoke ? "Why Unhurry spoke" : "Why Unhurry stayed silent",
            h(
              "ul",
              { class: "why" },
              ...reasons(moment).map((line) => h("li", {}, icon(line.icon), h("span", {}, ...line.say))),
            ),
          ),
        moment.prompt &&
          fact(
            "What you answered",
            h("p", {}, answered(moment.prompt, nowMs() ?? Infinity)),
            wentLines(runs, moment.outcome) ?? practiceLine(moment, known),
          ),
        settled(moment) &&
          moment.settled_half_s !== null &&
          fact(
            "How it settled",
            h(
              "p",
              {},
              "Half-way down after ",
              num(duration(moment.settled_half_s)),
              word(roughly(moment.settled_half_s)),
              near === null ? "." : `, and near your usual by ${hhmm(near)}.`,
            ),
            h("p", { class: "small soft" }, "Hearts come down by themselves too."),
          ),
        fact(
          "What it was, for you",
          chips,
          trouble,
          h("p", {}, h("a", { class: "link small", href: "/settings" }, "What your answers say so far")),
        ),
      ].filter(Boolean),
    );
    mark();
  }
}

const fact = (title, ...content) => h("div", {}, h("dt", {}, title), h("dd", {}, ...content));

function ended(moment) {
  if (!moment.end) return "It is not quite over yet.";
  if (moment.closed === "moved") return "You began to move before it was over; from there on your heart had another reason.";
  if (moment.closed === "lost") return "It could not be followed to its end.";
  if (!settled(moment)) return "The recording ended before it was over.";
  const near = nearUsual(moment);
  const lasted = (ms(near ?? moment.end) - ms(moment.start)) / 1000;
  const where = near === null ? "half-way back to your usual" : "near your usual again";
  return `Within ${lasted < 12 * 60 ? "a few minutes" : "the hour"} it was ${where}.`;
}

/** The practices that were done for an offer, newest first. */
const practisedFor = (promptId, signal) =>
  get(`/practice-runs?prompt=${promptId}`, signal).then(
    ({ items }) => items,
    () => [],
  );

/** When they were done, from the first to the end of the last; null while that is not known. */
function practisedWhen(runs) {
  if (!runs.length || !runs[0].ended) return null;
  return { startMs: ms(runs.at(-1).started), endMs: ms(runs[0].ended), title: runs.at(-1).title };
}

/** The practice that followed the offer, as long as it was offered for; null when none was begun. */
function followed(moment, known) {
  const { prompt } = moment;
  if (!prompt?.answered || !["start", "done"].includes(prompt.answer)) return null;
  const practice = known.find((each) => each.name === prompt.practice);
  if (!practice) return null;
  const startMs =
    prompt.answer === "start"
      ? ms(prompt.answered)
      : Math.max(ms(prompt.shown), ms(prompt.answered) - practice.minutes * MINUTE);
  return { startMs, endMs: startMs + practice.minutes * MINUTE, title: practice.title };
}

function practiceLine(moment, known) {
  const practice = followed(moment, known) && known.find((each) => each.name === moment.prompt.practice);
  return practice ? h("p", { class: "small soft" }, `${capital(practice.title)}.`) : null;
}

function arrow(side, id, label) {
  return id
    ? h("a", { class: "icon-btn", href: `/event/${id}`, "aria-label": label, title: label }, icon(side))
    : h(
        "span",
        {
          class: "icon-btn",
          role: "img",
          "aria-disabled": "true",
          "aria-label": side === "left" ? "No earlier moment this day" : "No later moment this day",
        },
        icon(side),
      );
}
