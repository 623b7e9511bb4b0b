// In: what the moments decided by lot say (/api/effect). Out: the section "Does it help?": one sentence, and what it rests on.

import { h, num, word } from "./dom.js";
import { many } from "./words.js";

/** The same as the sentence, without a number in it. */
const PLAINLY = {
  learning: "Still learning: it takes more of these moments.",
  open: "No difference to be seen so far, and too few moments to rule one out.",
  helps: "After an offer your heart was lower than when Unhurry waited.",
  hinders: "After an offer your heart stayed higher than when Unhurry waited. Fewer offers may suit you better.",
  no_different: "No different from waiting, as far as these moments can tell.",
};

/** `{element, show(effect)}` */
export function effect() {
  const said = h("p", {});
  const rests = h("p", { class: "soft" });
  const element = h(
    "section",
    { class: "card helps", "aria-labelledby": "effect-title" },
    h("h2", { id: "effect-title" }, "Does it help?"),
    said,
    rests,
  );

  function show(found) {
    const { on, sentence, verdict, spoke, waited } = found;
    const looked = on || found.n;
    said.replaceChildren(...(looked ? [num(sentence), word(PLAINLY[verdict])] : ["Nobody can tell yet."]));
    rests.replaceChildren(
      ...(looked
        ? [
            num(`By lot, Unhurry spoke in ${many(spoke.n, "moment")} and waited in ${many(waited.n, "moment")}.`),
            word("By lot, Unhurry speaks in some moments and waits in others."),
            on ? "" : " No lots are drawn now.",
          ]
        : [
            "A heart that has sped up comes down again by itself. If you like, chance decides now and then that Unhurry waits, and what follows is compared: ",
            h("code", {}, "randomise = true"),
            " under ",
            h("code", {}, "[learning]"),
            " in your settings file.",
          ]),
    );
  }

  return { element, show };
}
