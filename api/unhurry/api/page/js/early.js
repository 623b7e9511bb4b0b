// In: what this browser was told earlier. Out: the look of the page, set before the first paint (so that nothing flashes).
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("unhurry.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("unhurry.numbers") === "off") root.dataset.numbers = "off";
  } catch {
    // A browser that keeps nothing still gets the page in the system's colours.
  }
})();
