// In: an address under /journal (?write, ?event, ?about, ?q; /journal/5). Out: a sheet to write on, entries by day, search; or one entry.

import { get, query } from "./api.js";
import { announce, h } from "./dom.js";
import { editor } from "./editor.js";
import { byDay, timeOf, wholeEntry } from "./entries.js";
import { icon } from "./icons.js";
import { firstStatus, currentStatus, listen, nowIso } from "./live.js";
import { go, name } from "./router.js";
import { dateOf, dayName, hhmm } from "./time.js";
import { template } from "./tale.js";
import { capital, many } from "./words.js";

const TYPING_MS = 300;

export async function journal({ show, signal, search }) {
  name("Journal");
  const eventId = search.get("event");
  const about = search.get("about");
  const moment = eventId ? await get(`/events/${eventId}`, signal).catch(() => null) : null;
  if (!currentStatus()) await Promise.race([firstStatus(signal), new Promise((resolve) => setTimeout(resolve, 300))]);
  const list = h("div", { class: "stack-wide" });
  const days = h("div", { class: "stack journal-days" }, list);
  const more = h(
    "button",
    { class: "btn less", type: "button", hidden: true, on: { click: () => load(true).catch(() => {}) } },
    "Earlier entries",
  );
  const box = h("input", {
    type: "search",
    name: "q",
    id: "search",
    autocomplete: "off",
    value: search.get("q") ?? null,
  });
  days.append(more);
  let typing = 0;
  let next = null;
  let items = [];

  const sheet = editor({ event: moment && { id: moment.id, start: moment.start }, about, signal, kept: () => load() });
  await load();
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, about ? `About ${dayName(dateOf(about))}` : "Kept on this computer, nowhere else"),
        h("h1", {}, "Journal"),
      ),
    ),
    h("p", { class: "lede" }, "As much or as little as you like. Free text is always enough."),
    h(
      "div",
      { class: "cols journal-cols" },
      h("div", { class: "stack-wide" }, sheet.element, days),
      h(
        "aside",
        { class: "stack", "aria-label": "Find" },
        h(
          "form",
          {
            role: "search",
            class: "field",
            on: {
              submit: (press) => {
                press.preventDefault();
                find();
              },
            },
          },
          h("label", { for: "search", class: "strong" }, "Find something you wrote"),
          h("div", { class: "search" }, icon("search"), box),
        ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "Your words are yours"),
          h(
            "p",
            {},
            "They stay in one file on this computer. A word with # before it becomes a tag. Any entry can be changed or removed.",
          ),
        ),
      ),
    ),
  );
  if (search.has("write") || moment) sheet.focus();
  box.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(find, TYPING_MS);
  });
  listen("entry", () => load().catch(() => {}), signal);

  async function find() {
    clearTimeout(typing);
    const q = box.value.trim();
    history.replaceState({}, "", `/journal${query({ q })}`);
    await load();
    if (q) announce(items.length ? `${capital(many(items.length, "entry", "entries"))} found` : "Nothing found");
  }

  async function load(further = false) {
    const q = box.value.trim();
    const page = await get(`/journal${query({ q, limit: 50, cursor: further ? next : null })}`, signal);
    items = further ? [...items, ...page.items] : page.items;
    next = page.next;
    more.hidden = !next;
    const sorted = [...items].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
    list.replaceChildren(
      ...(sorted.length
        ? byDay(sorted, nowIso() && dateOf(nowIso()))
        : [h("p", { class: "soft" }, q ? `Nothing with “${q}” in it.` : "Nothing is written yet. A line is enough.")]),
    );
  }
}

export async function entry({ show, signal, params: [id] }) {
  const found = await get(`/journal/${id}`, signal);
  name(`${template(found.template)}, ${hhmm(timeOf(found))}`);
  const date = dateOf(timeOf(found));
  const slot = h("div");
  const look = (each) =>
    slot.replaceChildren(
      wholeEntry(
        each,
        () => change(each),
        () => go("/journal", true),
      ),
    );
  const change = (each) => {
    const sheet = editor({ entry: each, signal, kept: look, left: () => look(each) });
    slot.replaceChildren(sheet.element);
    sheet.focus();
  };
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, h("a", { class: "link", href: `/day/${date}` }, dayName(date))),
        h("h1", {}, `${template(found.template)}, ${hhmm(timeOf(found))}`),
      ),
    ),
    h(
      "div",
      { class: "cols" },
      slot,
      h(
        "aside",
        { class: "stack", "aria-label": "Around this entry" },
        h("p", {}, h("a", { class: "link", href: "/journal" }, icon("left"), "Journal")),
      ),
    ),
  );
  look(found);
}
