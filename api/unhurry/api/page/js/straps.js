// In: the live status. Out: while a choice is due, a card that asks which strap is the wearer's; the choice, sent.
// Like an offer it never takes the focus by itself.

import { announce, h } from "./dom.js";
import { icon } from "./icons.js";
import { currentStatus, listen } from "./live.js";
import { send } from "./api.js";
import { strapQuestion } from "./states.js";

/** Keep `slot` showing the question while there is one, until `signal` aborts. */
export function strapSlot(slot, signal) {
  let shown = "";
  listen("status", look, signal);

  function look() {
    const asked = strapQuestion(currentStatus().straps_in_reach ?? []);
    const told = JSON.stringify(asked);
    if (told === shown) return;
    shown = told;
    if (!asked) return slot.replaceChildren();
    const held = slot.contains(document.activeElement) ? document.activeElement.dataset.address : null;
    if (!slot.firstElementChild) announce(asked.say);
    slot.replaceChildren(card(asked));
    if (held) slot.querySelector(`[data-address="${CSS.escape(held)}"]`)?.focus();
  }

  const card = (asked) =>
    h(
      "section",
      { class: "card which", role: "region", "aria-labelledby": "which" },
      h("h2", { id: "which", tabindex: "-1" }, asked.say),
      h("p", { class: "soft" }, asked.more),
      h("ul", { class: "quick" }, ...asked.straps.map((strap) => h("li", {}, button(strap)))),
    );

  const button = (strap) =>
    h(
      "button",
      { type: "button", data: { address: strap.address }, on: { click: () => take(strap) } },
      icon("strap"),
      h("span", {}, strap.name, strap.small && h("span", { class: "quiet" }, strap.small)),
    );

  async function take(strap) {
    const box = slot.firstElementChild;
    box.querySelector(".trouble")?.remove();
    try {
      await send("POST", "/intents", { kind: "choose_strap", arguments: { address: strap.address } });
    } catch (problem) {
      box.append(h("p", { class: "trouble small", role: "alert" }, problem.message));
      return;
    }
    if (slot.firstElementChild !== box) return;
    const said = h("h2", { id: "which", tabindex: "-1" }, `${strap.name} it is.`);
    box.replaceChildren(said, h("p", { class: "soft" }, "Connecting. This takes a few seconds."));
    said.focus();
  }

  look();
}
