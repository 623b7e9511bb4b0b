// In: /api/help. Out: the place Help. Once the page is open it works without the daemon and without the network.

import { h } from "./dom.js";
import { helpContent, message, telephone } from "./helplines.js";
import { icon } from "./icons.js";
import { name } from "./router.js";

const NOWHERE = { people: [], country: null, countries: [] };

export async function help({ show, search }) {
  name("Help");
  const { people, country, countries } = await helpContent().catch(() => NOWHERE);
  const here = countries.find((each) => each.code === country);
  const others = countries.filter((each) => each !== here);
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, "One step from everywhere"),
        h("h1", {}, "When a breath is not enough"),
      ),
    ),
    h("p", { class: "lede" }, "You do not have to sort this out alone, or in order."),
    h(
      "div",
      { class: "cols" },
      h(
        "div",
        { class: "stack-wide" },
        h(
          "section",
          {},
          h("h2", {}, "Someone who answers at any hour"),
          h("ul", { class: "offers" }, ...(here ? here.lines.map(line) : [anywhere(country)])),
        ),
        people.length
          ? h(
              "section",
              {},
              h("h2", {}, "People who steady you"),
              h("ul", { class: "offers" }, ...people.map(person)),
            )
          : null,
        others.length
          ? h(
              "section",
              {},
              h("h2", {}, here ? "In other countries" : "By country"),
              ...others.map((each) =>
                h(
                  "details",
                  { class: "country" },
                  h("summary", {}, each.name),
                  h("ul", { class: "offers" }, ...each.lines.map(line)),
                ),
              ),
            )
          : null,
      ),
      h(
        "aside",
        { class: "stack" },
        search.has("heard")
          ? null
          : h(
              "section",
              { class: "aside" },
              h("h2", {}, "Only this minute"),
              h(
                "p",
                {},
                "Put both feet on the floor. Look for three things of one colour. You can leave this page as it is.",
              ),
              h("a", { class: "link small", href: "/ground/outward" }, "Look around, step by step"),
            ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "Is it safe to be calm where you are?"),
          h(
            "p",
            {},
            "If you are afraid of someone close to you, the fast heart may be right. Then help comes before any practice. A call from another telephone, or a friend’s, leaves nothing on yours.",
          ),
        ),
        h(
          "p",
          { class: "quiet" },
          "Unhurry is not a medical device. It does not diagnose or treat, and nobody is watching on the other side.",
        ),
        people.length
          ? null
          : h(
              "p",
              { class: "quiet" },
              "People of your own can stand here: name and number, under [[people]] in your settings file.",
            ),
      ),
    ),
  );
}

const item = (look, picture, title, words, ...ways) =>
  h(
    "li",
    {},
    h("span", { class: `glyph ${look}` }, icon(picture)),
    h("div", {}, h("h3", {}, title), h("p", { class: "small soft" }, words)),
    h("span", { class: "length" }),
    h("span", { class: "ways" }, ...ways),
  );

const way = (href, label, to) =>
  h("a", { class: "btn less", href, "aria-label": `${label}: ${to}`, title: to }, label);

function line(each) {
  return item(
    "of-offer",
    "phone",
    each.call && !each.title.includes(each.call) ? `${each.title}, ${each.call}` : each.title,
    [
      each.words,
      each.text_to ? h("span", { class: "quiet" }, ` Text ${each.text_word ?? "anything"} to ${each.text_to}.`) : null,
      h("span", { class: "quiet", title: each.source }, ` Looked up ${each.checked}${host(each.source)}.`),
    ],
    each.call ? way(telephone(each.call), "Call", each.title) : null,
    each.text_to ? way(message(each.text_to, each.text_word), "Text", each.title) : null,
  );
}

const host = (source) => (URL.canParse(source) ? ` at ${new URL(source).hostname.replace(/^www\./, "")}` : "");

const person = (each) =>
  item(
    "of-person",
    "people",
    each.name,
    each.contact,
    each.reach === "call" ? way(telephone(each.contact), "Call", each.name) : null,
    each.reach === "call" ? way(message(each.contact, "Can you talk?"), "Text", each.name) : null,
    each.reach === "write" ? way(`mailto:${each.contact}`, "Write", each.name) : null,
  );

const anywhere = (country) =>
  item(
    "of-offer",
    "phone",
    "Your local emergency number",
    [
      "Danger to you or someone else, chest pain, fainting, trouble breathing. 112 throughout the European Union.",
      country
        ? h("span", { class: "quiet" }, ` No other lines are known here for ${country}.`)
        : h("span", { class: "quiet" }, " Your country, under [help] in your settings file, brings its lines to the top."),
    ],
  );
