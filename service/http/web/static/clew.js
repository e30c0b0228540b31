// Progressive enhancement only: pointing at a paragraph lights up its matches, and the other way round.
"use strict";

function both(paragraph) {
  return [paragraph, document.getElementById(paragraph.dataset.with)].filter(Boolean);
}

function light(event) {
  const lit = event.type === "mouseover" || event.type === "focusin";
  const pair = event.target.closest?.("[data-pair]");
  const beside = event.target.closest?.("[data-with]");
  const paragraph = event.target.closest?.(".text > p[id]");
  if (pair) {
    document.getElementById(`p${pair.dataset.pair}`)?.classList.toggle("lit", lit);
  } else if (beside) {
    both(beside).forEach((one) => one.classList.toggle("lit", lit));
  } else if (paragraph) {
    for (const match of document.querySelectorAll(`[data-pair="${paragraph.id.slice(1)}"]`)) {
      match.classList.toggle("lit", lit);
    }
  }
}

// A click holds the light until the next one, and shows the counterpart where it stands beside.
function hold(event) {
  const beside = event.target.closest?.("[data-with]");
  document.querySelectorAll(".held").forEach((one) => one.classList.remove("held"));
  if (beside && getSelection().isCollapsed) {
    both(beside).forEach((one) => one.classList.add("held"));
    if (matchMedia("(min-width: 60rem)").matches) {
      both(beside)[1]?.scrollIntoView({ block: "nearest" });
    }
  }
}

for (const name of ["mouseover", "mouseout", "focusin", "focusout"]) {
  document.addEventListener(name, light);
}
document.addEventListener("click", hold);
