// In: the settings a wearer may try, a status of the question. Out: the section "What would I have got?": controls, the question, its progress, its answer.

import { get, send } from "./api.js";
import { announce, h, num } from "./dom.js";
import { listen } from "./live.js";
import { answer } from "./whatif-answer.js";

const DAYS = 14;
const ASK_AGAIN_MS = 1000;

/** `{element, fill(setting), follow(id)}`. Nothing in here changes a setting. */
export function whatIf(items, signal) {
  const controls = items.map((item) => control(item, changed));
  const ask = h("button", { class: "btn go", type: "submit" }, "Try on my last two weeks");
  const back = h("button", { class: "link", type: "button", on: { click: reset } }, "As it is now");
  const trouble = h("p", { class: "small trouble", role: "alert" });
  const progress = h("div", { class: "going" });
  const result = h("div", { class: "stack" });
  const element = h(
    "section",
    { class: "what-if", "aria-labelledby": "what-if-title" },
    h("h2", { id: "what-if-title", tabindex: "-1" }, "What would I have got?"),
    h("p", { class: "soft" }, "Your own last days, lived again under other settings. Trying changes nothing."),
    h(
      "form",
      { class: "card tries", novalidate: true, on: { submit } },
      ...controls.map((each) => each.element),
      h("div", { class: "row try-foot" }, ask, back),
      trouble,
    ),
    progress,
    result,
  );
  let following = 0;
  changed();

  function changed() {
    const any = controls.some((each) => each.differs());
    ask.disabled = !any;
    back.hidden = !any;
  }

  function reset() {
    for (const each of controls) each.set(each.item.value);
    changed();
    controls[0]?.input.focus();
  }

  function fill({ name, proposed }) {
    reset();
    const wanted = controls.find((each) => each.item.name === name);
    wanted?.set(String(proposed));
    changed();
    element.scrollIntoView({ block: "start" });
    wanted?.input.focus({ preventScroll: true });
  }

  async function submit(submission) {
    submission.preventDefault();
    trouble.textContent = "";
    const settings = Object.fromEntries(
      controls.filter((each) => each.differs()).map((each) => [each.item.name, each.value()]),
    );
    ask.disabled = true;
    try {
      const { id } = await send("POST", "/intents", { kind: "what_if", arguments: { settings, days: DAYS } }, signal);
      history.replaceState({}, "", `/settings?tried=${id}`);
      result.replaceChildren();
      follow(id);
    } catch (problem) {
      if (problem.name !== "AbortError") trouble.textContent = problem.message;
    } finally {
      changed();
    }
  }

  /** Show how the question `id` is coming along until it is answered. */
  async function follow(id) {
    following = id;
    let said = "";
    while (!signal.aborted && following === id) {
      let state;
      try {
        state = await get(`/what-if/${id}`, signal);
      } catch (problem) {
        if (problem.name === "AbortError") return;
        progress.replaceChildren(h("p", { class: "soft" }, problem.message));
        if (problem.status === 404) return;
        await pause(ASK_AGAIN_MS, signal);
        continue;
      }
      if (following !== id) return;
      if (state.state === "done") return arrived(state);
      if (said !== state.sentence) announce(state.sentence);
      said = state.sentence;
      going(state);
      if (state.state === "failed") return;
      await pause(ASK_AGAIN_MS, signal);
    }
  }

  function arrived(state) {
    progress.replaceChildren();
    const heading = h("h2", { tabindex: "-1" }, "What you would have got");
    result.replaceChildren(heading, ...answer(state));
    announce("What you would have got is below.");
    result.scrollIntoView({ block: "start" });
  }

  function going({ state, sentence, progress: share }) {
    const bar = progress.querySelector("progress");
    if (state === "working" && bar) {
      bar.value = share ?? 0;
      progress.querySelector("p").textContent = sentence;
      return;
    }
    progress.replaceChildren(
      h("p", { class: "soft" }, sentence),
      state === "working" ? h("progress", { max: 1, value: share ?? 0, "aria-label": "How far it has come" }) : "",
    );
  }

  return { element, fill, follow };
}

/** Wait, or until something was worked out. */
function pause(forMs, signal) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const done = () => {
      stop.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, forMs);
    signal.addEventListener("abort", done, { signal: stop.signal });
    listen("finding", done, stop.signal);
  });
}

function control(item, changed) {
  const id = `try-${item.name}`;
  const is = h("span", { class: "quiet is", "aria-live": "off" });
  const input =
    item.kind === "switch"
      ? h("input", { type: "checkbox", id, on: { change: told } })
      : h("input", {
          // A time field of the browser's own would show the hours its way, not as the rest of the page does.
          type: item.kind === "number" ? "number" : "text",
          id,
          min: item.least,
          max: item.most,
          step: item.step,
          inputmode: item.kind === "number" ? "decimal" : "numeric",
          maxlength: item.kind === "time" ? "5" : null,
          autocomplete: "off",
          on: { input: told },
        });
  input.setAttribute("aria-describedby", `${id}-words`);
  const value = () => (item.kind === "switch" ? String(input.checked) : input.value.trim());
  const differs = () =>
    value() !== "" && (item.kind === "number" ? Number(value()) !== Number(item.value) : value() !== item.value);
  const set = (text) => {
    if (item.kind === "switch") input.checked = text === "true";
    else input.value = text;
    told();
  };
  function told() {
    is.replaceChildren(...(differs() ? [num(`now ${now(item)}`)] : []));
    changed();
  }
  const element = h(
    "div",
    { class: `try try-${item.kind}` },
    h("div", {}, h("label", { for: id }, item.title), h("p", { class: "small soft", id: `${id}-words` }, item.words)),
    h(
      "div",
      { class: "try-value" },
      input,
      item.unit && item.kind === "number" ? h("span", { class: "quiet" }, item.unit) : null,
      is,
    ),
  );
  const made = { item, element, input, value, differs, set };
  if (item.kind === "switch") input.checked = item.value === "true";
  else input.value = item.value;
  return made;
}

const now = (item) => (item.kind === "switch" ? (item.value === "true" ? "on" : "off") : item.value);
