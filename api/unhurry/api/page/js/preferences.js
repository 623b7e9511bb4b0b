// In: two wishes of this browser, colours and numbers. Out: attributes on <html>, kept in localStorage, and news for listeners.

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

/** Call `listener` after every change; returns a function that stops it. */
export function onPreference(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function keep(key, value) {
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
