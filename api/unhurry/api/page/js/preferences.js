// In: wishes of this browser: colours, numbers, and how a breath is shown. Out: attributes on <html> or answers, kept in localStorage, and
// news for listeners.

const root = document.documentElement;
const listeners = new Set();

export const darkNow = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

export const numbersShown = () => root.dataset.numbers !== "off";

export function toggleTheme() {
  root.dataset.theme = darkNow() ? "light" : "dark";
  keep("unhurry.theme", root.dataset.theme);
}

export function toggleNumbers() {
  root.dataset.numbers = numbersShown() ? "off" : "on";
  keep("unhurry.numbers", root.dataset.numbers);
}

/** Whether a turn of the breath may be felt, where the machine can. */
export const buzzes = () => wish("unhurry.buzz") !== "off";

export const toggleBuzz = () => keep("unhurry.buzz", buzzes() ? "off" : "on");

/** Whether the heart is drawn beside a paced breath: as the numbers are, until it was said otherwise. */
export const heartBeside = () => (wish("unhurry.heart") === null ? numbersShown() : wish("unhurry.heart") === "on");

export const toggleHeartBeside = () => keep("unhurry.heart", heartBeside() ? "off" : "on");

/** Call `listener` after every change; returns a function that stops it. */
export function onPreference(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const wishes = new Map();

function wish(key) {
  try {
    return wishes.get(key) ?? localStorage.getItem(key);
  } catch {
    return wishes.get(key) ?? null;
  }
}

function keep(key, value) {
  wishes.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse: the wish then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const listener of listeners) listener();
});
