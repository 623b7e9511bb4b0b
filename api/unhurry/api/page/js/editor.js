// In: nothing, or an entry to change. Out: a sheet to write on. Unfinished words are kept in this browser a second after the last key;
// "Keep" sends them to the journal, and a second edit from elsewhere is laid beside them instead of being lost.

import { send } from "./api.js";
import { announce, clock, h } from "./dom.js";
import { draft, dropDraft, keepDraft } from "./drafts.js";
import { helpBeside } from "./heard.js";
import { icon } from "./icons.js";
import { nowIso } from "./live.js";
import { conflict } from "./conflict.js";
import { hhmm } from "./time.js";
import { capital } from "./words.js";

const PAUSE_MS = 1000;
const SPOKEN_MS = 60_000;
let serial = 0;

/**
 * `entry` to change one, or `event` {id, start} and `about` ISO for a new one. `kept(entry)` is called once it is in the journal,
 * `left()` when the wearer closes an edit without keeping it.
 */
export function editor({ entry = null, event = null, about = null, kept, left = null, signal }) {
  let version = entry?.version;
  let tied = event;
  let timer = 0;
  let spoken = -Infinity;
  const key = entry ? `entry-${entry.id}` : event ? `event-${event.id}` : about ? `day-${about.slice(0, 10)}` : "new";
  const before = draft(key);
  const names = ["body", ...Object.keys(entry?.fields ?? {})];
  const areas = names.map((name) =>
    area(name, before?.fields?.[name] ?? (name === "body" ? entry?.body : entry?.fields[name]) ?? "", () => later()),
  );
  if (before?.version) version = before.version;

  const saved = h("p", { class: "saved" });
  const trouble = h("p", { class: "small soft", role: "alert" });
  const keep = h("button", { class: "btn go", type: "submit" }, "Keep");
  const tie = h("p", { class: "tie" });
  const beside = h("div");
  const care = helpBeside();
  const sheet = h(
    "form",
    {
      class: "card sheet",
      "aria-label": entry ? "Change this entry" : "New entry",
      on: {
        submit: (press) => {
          press.preventDefault();
          store();
        },
      },
    },
    tie,
    ...areas.map(({ label, element }) => h("div", { class: "field" }, label, element)),
    beside,
    care.element,
    trouble,
    h(
      "div",
      { class: "sheet-foot" },
      saved,
      h(
        "div",
        { class: "row" },
        left
          ? h(
              "button",
              {
                class: "btn",
                type: "button",
                on: {
                  click: () => {
                    dropDraft(key);
                    left();
                  },
                },
              },
              "Leave it as it was",
            )
          : null,
        keep,
      ),
    ),
  );
  sheet.addEventListener("keydown", (press) => {
    if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) store();
  });
  sheet.addEventListener("focusout", () => {
    if (timer) write();
  });
  addEventListener(
    "pagehide",
    () => {
      if (timer) write();
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    if (timer) write();
  });
  drawTie();
  if (before) say(`Kept on this computer${before.at ? `, ${before.at}` : ""}`);

  const fields = () => Object.fromEntries(areas.map(({ name, element }) => [name, element.value]));
  const look = () => care.look(areas.map(({ element }) => element.value).join("\n"));
  const blank = () => areas.every(({ element }) => !element.value.trim());

  function later() {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE_MS);
  }

  function write() {
    clearTimeout(timer);
    timer = 0;
    if (blank()) {
      dropDraft(key);
      saved.replaceChildren();
      return;
    }
    look();
    const at = nowIso() ? hhmm(nowIso()) : null;
    if (!keepDraft(key, { fields: fields(), version, at }))
      return say("This browser keeps no drafts. Keep writes them into the journal.");
    say(`Kept on this computer${at ? `, ${at}` : ""}`);
    if (performance.now() - spoken > SPOKEN_MS) {
      spoken = performance.now();
      announce("Kept on this computer");
    }
  }

  function say(text) {
    saved.replaceChildren(icon("check"), text);
  }

  async function store(over = {}) {
    if (blank() && !over.body) return areas[0].element.focus();
    clearTimeout(timer);
    timer = 0;
    trouble.textContent = "";
    keep.disabled = true;
    look();
    const { body, ...rest } = { ...fields(), ...over };
    try {
      const done = entry
        ? await send("PATCH", `/journal/${entry.id}`, { body, fields: rest, version })
        : await send("POST", "/journal", {
            template: "note",
            body,
            about: about ?? tied?.start ?? null,
            events: tied ? [tied.id] : [],
          });
      dropDraft(key);
      for (const { element } of areas) {
        element.value = "";
        grow(element);
      }
      saved.replaceChildren(icon("check"), `In the journal, ${hhmm(done.updated)}`);
      announce("It is in the journal");
      kept(done);
    } catch (problem) {
      if (problem.status === 409 && problem.body.theirs) compare(problem.body.theirs);
      else {
        trouble.textContent = problem.message;
        write();
      }
    } finally {
      keep.disabled = false;
    }
  }

  function compare(theirs) {
    const mine = fields().body;
    beside.replaceChildren(
      conflict(mine, theirs.body, (choice) => {
        beside.replaceChildren();
        version = theirs.version;
        if (choice === "other") {
          dropDraft(key);
          kept(theirs);
        } else store(choice === "both" ? { body: `${theirs.body}\n\n${mine}` } : {});
      }),
    );
    beside.querySelector("h2").focus();
  }

  function drawTie() {
    tie.hidden = !tied;
    if (!tied) return;
    tie.replaceChildren(
      h("span", { class: "glyph of-heart" }, icon("hill")),
      h("span", { class: "strong" }, "The moment at ", clock(tied.start)),
      h(
        "button",
        {
          class: "icon-btn",
          type: "button",
          "aria-label": "Write without this moment",
          on: {
            click: () => {
              tied = null;
              drawTie();
              areas[0].element.focus();
            },
          },
        },
        icon("close"),
      ),
    );
  }

  return { element: sheet, focus: () => areas[0].element.focus() };
}

function area(name, value, changed) {
  const id = `write-${++serial}`;
  const element = h("textarea", {
    id,
    name,
    rows: name === "body" ? "4" : "2",
    dir: "auto",
    spellcheck: "true",
    placeholder: name === "body" ? "As much or as little as you like" : null,
  });
  element.value = value;
  element.addEventListener("input", () => {
    grow(element);
    changed();
  });
  requestAnimationFrame(() => grow(element));
  return {
    name,
    element,
    label: h(
      "label",
      { for: id, class: name === "body" ? "vh" : "strong" },
      name === "body" ? "Your words" : capital(name.replaceAll("_", " ")),
    ),
  };
}

function grow(element) {
  element.style.height = "auto";
  if (element.scrollHeight) element.style.height = `${element.scrollHeight + 2}px`;
}
