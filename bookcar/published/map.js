"use strict";
// Shows the routes of the week that the slider stands at; at its right end those of all weeks.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const slider = document.getElementById("week");
  const shown = document.getElementById("shown");
  const groups = [...document.querySelectorAll(".week")];
  function show() {
    const week = Number(slider.value);
    for (const group of groups) {
      const on = week === data.weeks.length || Number(group.dataset.week) === week;
      group.toggleAttribute("hidden", !on);
    }
    shown.textContent = data.weeks[week] ?? data.all;
  }
  slider.addEventListener("input", show);
  show();
  document.documentElement.setAttribute("data-bookcar-ready", "");
})();
