// Comfort for the workplace. Without script every page does the same with buttons.
"use strict";
(() => {
  // The example of a house style changes with its colours, before they are sent.
  const example = document.querySelector("form[data-voorbeeld]");
  const sheet = document.getElementById("voorbeeld-stijl");
  if (example && sheet) {
    let waiting = 0;
    const draw = () => {
      const chosen = new URLSearchParams();
      for (const control of example.querySelectorAll("input[type=color], select")) chosen.set(control.name, control.value);
      sheet.href = `${example.dataset.voorbeeld}?${chosen}`;
    };
    example.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(draw, 150);
    });
  }

  // Who leaves a page with words that were not kept is asked first.
  let changed = false;
  for (const form of document.querySelectorAll("form[data-bewaar]")) {
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
  }
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
