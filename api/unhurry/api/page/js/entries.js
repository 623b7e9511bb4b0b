// In: journal entries. Out: them by day, in the wearer's own words, with what can be done to each.

import { send } from "./api.js";
import { clock, h } from "./dom.js";
import { dropDraft } from "./drafts.js";
import { icon } from "./icons.js";
import { template } from "./tale.js";
import { dateOf, dayName } from "./time.js";
import { capital } from "./words.js";

export const timeOf = (entry) => entry.about ?? entry.created;

/** Entries grouped under their days, newest first. */
export function byDay(entries, today) {
  const days = new Map();
  for (const entry of entries) {
    const date = dateOf(timeOf(entry));
    if (!days.has(date)) days.set(date, []);
    days.get(date).push(entry);
  }
  return [...days].map(([date, list]) =>
    h(
      "section",
      { class: "journal-day" },
      h(
        "h2",
        {},
        h(
          "a",
          { class: "plain-link", href: `/day/${date}` },
          date === today ? `Today, ${dayName(date)}` : dayName(date),
        ),
      ),
      h(
        "ul",
        { class: "journal-list" },
        ...list.map((entry) =>
          h("li", { data: { entry: entry.id } }, head(entry, `/journal/${entry.id}`), ...wordsOf(entry)),
        ),
      ),
    ),
  );
}

/** One entry alone; `edit()` opens it, `gone()` is called when it has been removed. */
export function wholeEntry(entry, edit, gone) {
  const foot = h("div", { class: "row entry-foot" });
  const trouble = h("p", { class: "small soft", role: "alert" });
  plain();
  return h("article", { class: "card entry" }, head(entry, null), ...wordsOf(entry), trouble, foot);

  function plain() {
    foot.replaceChildren(
      h("button", { class: "btn less", type: "button", on: { click: edit } }, icon("pen"), "Change"),
      h("button", { class: "link small", type: "button", on: { click: ask } }, "Remove"),
    );
  }

  function ask() {
    foot.replaceChildren(
      h("p", { class: "asks" }, "This takes the entry out of the journal and out of search. It does not come back."),
      h("button", { class: "btn less", type: "button", on: { click: remove } }, "Remove it"),
      h("button", { class: "btn less", type: "button", on: { click: plain } }, "Leave it"),
    );
    foot.querySelector("button:last-child").focus();
  }

  async function remove() {
    try {
      await send("DELETE", `/journal/${entry.id}`);
      dropDraft(`entry-${entry.id}`);
      gone();
    } catch (problem) {
      trouble.textContent = problem.message;
      plain();
    }
  }
}

function head(entry, href) {
  const notes = [
    ...entry.events.map((id) => h("a", { class: "link small", href: `/event/${id}` }, icon("hill"), "the moment")),
    entry.version > 1 ? h("span", { class: "quiet" }, "changed ", clock(entry.updated)) : null,
  ].filter(Boolean);
  if (!href) return notes.length ? h("p", { class: "entry-head" }, ...notes) : "";
  return h(
    "p",
    { class: "entry-head" },
    h("span", { class: "glyph of-words" }, icon("pen")),
    h("a", { class: "strong plain-link", href }, template(entry.template), ", ", clock(timeOf(entry))),
    ...notes,
  );
}

const wordsOf = (entry) =>
  [
    entry.body ? h("p", { class: "yours", dir: "auto" }, entry.body) : null,
    ...Object.entries(entry.fields ?? {})
      .filter(([, value]) => value)
      .map(([name, value]) =>
        h(
          "div",
          { class: "entry-field" },
          h("p", { class: "quiet" }, capital(name.replaceAll("_", " "))),
          h("p", { class: "yours", dir: "auto" }, value),
        ),
      ),
  ].filter(Boolean);
