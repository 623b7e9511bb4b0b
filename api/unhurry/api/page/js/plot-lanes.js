// In: a timeline and the scale of its picture. Out: lanes under it: offers, practices, conversations, written words.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { titleOf } from "./content.js";
import { conversations, practised, template } from "./tale.js";
import { hhmm, ms } from "./time.js";

export function drawLanes(box, plot) {
  const { timeline, x, narrow } = plot;
  const now = ms(timeline.now);
  const offers = timeline.prompts.map((prompt) => ({
    t: ms(prompt.shown),
    picture: "offer",
    look: "of-offer",
    say: `${hhmm(prompt.shown)}, an offer`,
    href: prompt.event ? `/event/${prompt.event}` : null,
  }));
  const practices = practised(timeline).map((each) => ({
    t: ms(each.iso),
    picture: "waves",
    look: "of-practice",
    say: `${hhmm(each.iso)}, ${titleOf(each.name)}`,
  }));
  const talks = conversations(timeline).map((talk) => ({
    t: ms(talk.iso),
    until: talk.endIso ? ms(talk.endIso) : now,
    picture: "people",
    look: "of-person",
    say: `${hhmm(talk.iso)}, conversation`,
  }));
  const entries = timeline.entries.map((entry) => ({
    t: ms(entry.about ?? entry.created),
    picture: "pen",
    look: "of-words",
    say: `${hhmm(entry.about ?? entry.created)}, ${template(entry.template)}`,
    href: `/journal/${entry.id}`,
  }));
  const lanes = narrow
    ? [
        [null, [...offers, ...practices, ...talks]],
        [null, entries],
      ]
    : [
        ["Prompts", offers],
        ["Practices", practices],
        ["Together", talks],
        ["Journal", entries],
      ];
  box.replaceChildren(...lanes.map(([label, items]) => lane(label, items, x)));
}

function lane(label, items, x) {
  const [left, right] = x.range;
  const row = h("div", { class: "lane" }, label ? h("span", { class: "lane-name" }, label) : null, rule(left, right));
  for (const item of items) {
    const at = x(item.t);
    const end = item.until === undefined ? at : Math.min(right, x(item.until));
    if (end < left || at > right) continue;
    if (end - at > 4) row.append(bar(Math.max(left, at), end, item.look));
    if (at < left) continue;
    const dot = h(
      item.href ? "a" : "span",
      {
        class: `lane-dot ${item.look}`,
        href: item.href ?? null,
        title: item.say,
        role: item.href ? null : "img",
        "aria-label": item.say,
      },
      icon(item.picture),
    );
    dot.style.left = `${at}px`;
    row.append(dot);
  }
  return row;
}

function rule(left, right) {
  const element = h("span", { class: "lane-rule" });
  element.style.left = `${left}px`;
  element.style.width = `${right - left}px`;
  return element;
}

function bar(from, to, look) {
  const element = h("span", { class: `lane-bar ${look}` });
  element.style.left = `${from}px`;
  element.style.width = `${to - from}px`;
  return element;
}
