// In: nothing. Out: the place "How Unhurry listens": what the labels say of it, whether it helps, what other settings would have brought, and what keeps an offer from appearing.

import { get } from "./api.js";
import { h, num } from "./dom.js";
import { effect } from "./effect.js";
import { currentStatus, firstStatus, listen } from "./live.js";
import { onResize } from "./plot-layers.js";
import { name } from "./router.js";
import { dateOf, dayName } from "./time.js";
import { whatIf } from "./whatif.js";
import { worth } from "./worth.js";

export async function settings({ show, signal, search }) {
  name("How Unhurry listens");
  const [found, helps, { items }] = await Promise.all([
    get("/usefulness", signal),
    get("/effect", signal),
    get("/settings", signal),
    firstStatus(signal),
  ]);
  const question = whatIf(items, signal);
  const labels = worth(question.fill);
  const help = effect();
  const asOf = h("p", { class: "quiet" });
  labels.element.append(asOf);
  const troubles = h("div", {});
  const channels = h(
    "section",
    { class: "aside tells" },
    h("h2", {}, "Where offers appear"),
    troubles,
    h("p", {}, "On this page they appear all the same."),
  );
  show(
    h(
      "header",
      { class: "head" },
      h(
        "div",
        {},
        h("p", { class: "eyebrow" }, "Nothing here changes by itself"),
        h("h1", {}, "How Unhurry listens"),
      ),
    ),
    h("p", { class: "lede" }, "What you have said of its moments, and what other settings would have brought."),
    h(
      "div",
      { class: "cols" },
      h("div", { class: "stack-wide" }, labels.element, question.element, help.element),
      h(
        "aside",
        { class: "stack", "aria-label": "How to read this" },
        channels,
        h(
          "section",
          { class: "aside tells" },
          h("h2", {}, "What is counted"),
          h(
            "p",
            {},
            "Worth noticing are moments you called tense. Moved, talked, coffee and a wrong guess were not. Excitement is counted apart: your heart was heard rightly, and needed nothing.",
          ),
          h("p", {}, "It says how well Unhurry listens. It says nothing about you."),
        ),
        h(
          "section",
          { class: "aside" },
          h("h2", {}, "What trying does"),
          h(
            "p",
            {},
            "The beats of your last days are kept, so they can be lived again under other settings. Only you can change a setting.",
          ),
        ),
      ),
    ),
  );
  let dated = found.as_of;
  const showLabels = (labelled) => {
    dated = labelled.as_of;
    labels.show(labelled);
    look();
  };
  function look() {
    const { daemon, channels: ways } = currentStatus();
    // While the service runs it looks again at every label; else what stands here may be old.
    const old = !daemon.running && dated;
    asOf.hidden = !old;
    if (old) asOf.replaceChildren(num(`As of ${dayName(dateOf(dated))}. `), "Unhurry looks again when it runs.");
    const said = ways.filter((way) => way.on && way.problem).map((way) => way.problem);
    channels.hidden = !said.length;
    if (troubles.textContent !== said.join("")) troubles.replaceChildren(...said.map((line) => h("p", {}, line)));
  }
  showLabels(found);
  help.show(helps);
  listen("status", look, signal);
  onResize(labels.picture, labels.draw, signal);
  listen(
    "finding",
    async (news) => {
      if (news.kind === "usefulness") showLabels(await get("/usefulness", signal).catch(() => found));
      if (news.kind === "effect") help.show(await get("/effect", signal).catch(() => helps));
    },
    signal,
  );
  if (Number(search.get("tried"))) question.follow(Number(search.get("tried")));
}
