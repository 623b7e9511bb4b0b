// In: what the labels say (/api/usefulness). Out: the section "Were they worth it?": one sentence, its picture, what the others were, and at most one thing to try.

import { h, num, word } from "./dom.js";
import { icon } from "./icons.js";
import { between, drawShares, ofThem, someOf } from "./shares.js";
import { capital, count, many, times } from "./words.js";

const WAS = {
  tense: "Tense",
  moved: "You had moved",
  talked: "You had talked",
  coffee: "Coffee",
  wrong: "Nothing, a wrong guess",
  excited: "Excited",
  unknown: "You did not know",
};
const APART = { excited: "counted apart", unknown: "not counted" };
const ORDER = ["tense", "moved", "talked", "coffee", "wrong", "excited", "unknown"];
/** More dots than these say nothing more to the eye. */
const MOST_DOTS = 24;

/** `{element, show(usefulness), draw()}`; `attempt(setting)` is called when the wearer wants to try the suggestion. */
export function worth(attempt) {
  const said = h("p", { class: "worth-said" });
  const sure = h("p", { class: "soft" });
  const picture = h("div", { class: "shares" });
  const others = h("ul", { class: "was", "aria-label": "What they were" });
  const rest = h("p", { class: "quiet" });
  const idea = h("div", { class: "slot" });
  let rows = [];

  function show(found) {
    said.replaceChildren(...sentence(found));
    sure.replaceChildren(...doubt(found));
    rows = [
      { name: "Every moment you named", share: found.every, early: !found.enough },
      { name: "Those with an offer", share: found.prompted, early: found.prompted.of < found.wanted },
    ].filter(({ share }) => share.of);
    picture.hidden = !rows.length;
    others.replaceChildren(
      ...ORDER.map((label) => found.labels.find((each) => each.label === label))
        .filter((each) => each.every)
        .map(kind),
    );
    others.hidden = !others.children.length;
    rest.replaceChildren(...remainder(found));
    rest.hidden = !rest.childNodes.length;
    idea.replaceChildren(...suggested(found, attempt));
    draw();
  }

  const draw = () => rows.length && drawShares(picture, rows);
  const element = h(
    "section",
    { class: "card worth", "aria-labelledby": "worth-title" },
    h("h2", { id: "worth-title" }, "Were they worth it?"),
    said,
    sure,
    picture,
    others,
    rest,
    idea,
  );
  return { element, picture, show, draw };
}

function sentence({ enough, every, wanted }) {
  if (enough)
    return [
      num(`${capital(ofThem(every))} moments you named ${every.count === 1 ? "was" : "were"} worth noticing.`),
      word(`Of the moments you named, ${someOf(every)} were worth noticing.`),
    ];
  if (!every.of) return ["Too early to say. None of your moments has a name yet."];
  return [
    "Too early to say. ",
    num(`It takes ${count(wanted)} named moments; there ${every.of === 1 ? "is" : "are"} ${count(every.of)}.`),
    word("It takes a few more named moments."),
  ];
}

function doubt({ enough, every, prompted, wanted }) {
  if (!enough)
    return ["On the page of a moment you can say what it was. With a few of those, it can be said how well Unhurry listens."];
  const offers = prompted.of
    ? num(` Of those with an offer, ${ofThem(prompted)}${prompted.of < wanted ? ", too few to go by" : ""}.`)
    : null;
  return [
    num(`By so many labels alone, the share may lie anywhere ${between(every)}.`),
    word("More labels would make that surer."),
    offers,
  ].filter(Boolean);
}

const kind = ({ label, every }) =>
  h(
    "li",
    { class: label === "tense" ? "worthwhile" : null },
    h("span", {}, WAS[label], APART[label] ? h("span", { class: "quiet" }, `, ${APART[label]}`) : null),
    h(
      "span",
      { class: "dots-row", "aria-hidden": "true" },
      ...Array.from({ length: Math.min(every, MOST_DOTS) }, () => h("i")),
    ),
    num(h("span", { class: "quiet tabular" }, times(every))),
  );

function remainder({ unlabelled, other_settings: other, days }) {
  const weeks = `In the last ${days === 90 ? "three months" : `${days} days`}`;
  return [
    unlabelled ? num(`${weeks}, ${many(unlabelled, "more moment")} had no name. `) : null,
    unlabelled ? word(`${weeks}, others had no name. `) : null,
    other
      ? num(`${capital(many(other, "label"))} given under earlier settings ${other === 1 ? "is" : "are"} not counted.`)
      : null,
    other ? word("Labels given under earlier settings are not counted.") : null,
  ].filter(Boolean);
}

function suggested({ enough, suggestion }, attempt) {
  if (!enough) return [];
  if (!suggestion)
    return [h("p", { class: "soft nothing-to-try" }, "Nothing to suggest: no other setting does better than chance.")];
  const { title, why, setting } = suggestion;
  return [
    h(
      "div",
      { class: "idea", role: "group", "aria-labelledby": "idea-title" },
      h("p", { class: "eyebrow" }, "Something to try, if you like"),
      h("h3", { id: "idea-title", class: "strong" }, title),
      h("p", {}, why),
      ...evidence(suggestion),
      h(
        "p",
        { class: "row" },
        setting
          ? h(
              "button",
              { class: "btn less", type: "button", on: { click: () => attempt(setting) } },
              "What would I have got?",
            )
          : null,
        suggestion.kind === "conversation"
          ? h("a", { class: "link", href: "/" }, icon("people"), "It is on Now")
          : null,
      ),
    ),
  ];
}

function evidence({ cause, spared, lost }) {
  if (cause) return [h("p", { class: "small soft" }, num(`That was so in ${ofThem(cause)} of them.`))];
  if (!spared) return [];
  return [
    h(
      "p",
      { class: "small soft" },
      num(`It would have left out at least ${ofThem(spared)} that were not worth it, and ${ofThem(lost)} that were.`),
      word(
        `It would have left out ${someOf(spared)} of those that were not worth it, and ${someOf(lost)} of those that were.`,
      ),
    ),
  ];
}
