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

  // A form on paper is keyed with digits: the place of an option, or a grade itself. Arrows and the space bar do the same.
  const keyed = document.querySelector("form[data-cijfers]");
  if (keyed) {
    let typed = "";
    let before = "";
    let moment = 0;
    keyed.addEventListener("keydown", (event) => {
      const at = event.target;
      if (event.ctrlKey || event.altKey || event.metaKey || !at.dataset.toets || !/^[0-9a-z]$/.test(event.key)) return;
      // Of a grade of two digits the second one follows at once.
      typed = at.type === "radio" && at.name === before && event.timeStamp - moment < 700 ? typed + event.key : event.key;
      before = at.name;
      moment = event.timeStamp;
      const choices = Array.from(keyed.querySelectorAll("[data-toets]")).filter((one) => one.name === at.name);
      const chosen = choices.find((one) => one.dataset.toets === typed) || choices.find((one) => one.dataset.toets === event.key);
      if (!chosen) return;
      event.preventDefault();
      chosen.focus();
      chosen.click();
    });
  }
})();
