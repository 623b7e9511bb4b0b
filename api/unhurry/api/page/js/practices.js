// In: /api/practices. Out: the place Practices: a list by what they turn to, each with its length and a start; and what is put away.

import { send } from "./api.js";
import { addressOf, changed, everything } from "./content.js";
import { h, num } from "./dom.js";
import { icon } from "./icons.js";
import { go, name } from "./router.js";
import { duration, listed } from "./words.js";

const GROUPS = [
  ["outward", "Outward"],
  ["breath", "Breath"],
  ["body", "Body and words"],
];
const ICONS = { outward: "eye", breath: "waves", body: "hill", words: "pen" };

export async function practiceList({ show }) {
  name("Practices");
  const { items: all, put_away: away, problems } = await everything();
  const group = (practice) =>
    GROUPS.some(([slug]) => slug === practice.group) ? practice.group : practice.phases.length ? "breath" : "body";
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, "Each can be switched off, or made your own"),
        h("h1", {}, "Practices"),
      ),
    ),
    h(
      "p",
      { class: "lede" },
      "Skills are learned in calm hours and there when it counts. All of them can be ended at any second.",
    ),
    h(
      "div",
      { class: "cols" },
      h(
        "div",
        { class: "stack-wide" },
        ...GROUPS.map(([slug, title]) => [title, all.filter((practice) => group(practice) === slug)])
          .filter(([, list]) => list.length)
          .map(([title, list]) =>
            h(
              "section",
              {},
              h("h2", {}, title),
              h("ul", { class: "offers" }, ...list.map((practice) => row(practice))),
            ),
          ),
        away.length
          ? h("section", {}, h("h2", {}, "Put away"), h("ul", { class: "offers" }, ...away.map(rested)))
          : null,
      ),
      h(
        "aside",
        { class: "stack", "aria-label": "Before you start" },
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "Stop whenever you like"),
          h(
            "p",
            {},
            "Light-headed, tingling, or more uneasy than before: stop, breathe as you wish, and look around. Never while driving or in water.",
          ),
        ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "If the breath is no friend"),
          h(
            "p",
            {},
            "For some people, watching the breath makes it worse. Looking around does the same work with the eyes.",
          ),
        ),
        problems.length
          ? h(
              "section",
              { class: "aside" },
              h("h2", {}, "A file of yours cannot be read"),
              ...problems.map((problem) => h("p", { class: "file" }, problem)),
            )
          : null,
      ),
    ),
  );
}

/** What to know of a practice before it begins. */
export const about = (practice) =>
  [
    practice.holds ? h("p", { class: "strong" }, "The breath is held in it.") : null,
    practice.caution ? h("p", {}, practice.caution) : null,
    practice.source ? h("p", {}, "Where it comes from: ", practice.source) : null,
    practice.offered ? null : h("p", {}, "It never comes up by itself: it is here when you choose it."),
  ].filter(Boolean);

function rested(practice) {
  const trouble = h("p", { class: "small soft", role: "alert" });
  const back = async () => {
    try {
      await send("POST", "/intents", { kind: "enable_practice", arguments: { practice: practice.name } });
      changed();
      await go("/practices", true);
    } catch (problem) {
      trouble.textContent = problem.message;
    }
  };
  const worse = practice.why === "worse";
  return h(
    "li",
    {},
    h("span", { class: "glyph of-nothing" }, icon("rest")),
    h(
      "div",
      {},
      h("h3", { class: "strong" }, practice.title),
      h(
        "p",
        { class: "small soft" },
        worse
          ? "It was worse afterwards, twice. It stays away until you bring it back."
          : `Left out because you named ${listed(practice.because)}, under [practices] in your settings file.`,
      ),
      trouble,
    ),
    h("span", { class: "length" }),
    worse
      ? h(
          "button",
          {
            class: "btn less",
            type: "button",
            "aria-label": `Bring back ${practice.title.toLowerCase()}`,
            on: { click: back },
          },
          "Bring it back",
        )
      : h("span", {}),
  );
}

const row = (practice) =>
  h(
    "li",
    {},
    h(
      "span",
      { class: "glyph of-practice" },
      icon(
        practice.minutes < 1 && practice.phases.length
          ? "wave"
          : practice.steps.some((step) => step.count)
            ? "leaf"
            : (ICONS[practice.group] ?? "leaf"),
      ),
    ),
    h(
      "div",
      {},
      h("h3", { class: "strong" }, practice.title),
      h("p", { class: "small soft" }, practice.words),
      about(practice).length
        ? h("details", { class: "quiet" }, h("summary", {}, "Before you start"), ...about(practice))
        : null,
    ),
    h("span", { class: "quiet length" }, num(duration(practice.minutes * 60))),
    h(
      "a",
      { class: "btn less", href: addressOf(practice), "aria-label": `Start ${practice.title.toLowerCase()}` },
      "Start",
    ),
  );
