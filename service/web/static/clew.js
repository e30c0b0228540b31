// Progressive enhancement only: pointing at a paragraph lights up its matches, and the other way round.
"use strict";

function light(event) {
  const lit = event.type === "mouseover" || event.type === "focusin";
  const pair = event.target.closest?.("[data-pair]");
  const paragraph = event.target.closest?.(".text > p[id]");
  if (pair) {
    document.getElementById(`p${pair.dataset.pair}`)?.classList.toggle("lit", lit);
  } else if (paragraph) {
    for (const match of document.querySelectorAll(`[data-pair="${paragraph.id.slice(1)}"]`)) {
      match.classList.toggle("lit", lit);
    }
  }
}

for (const name of ["mouseover", "mouseout", "focusin", "focusout"]) {
  document.addEventListener(name, light);
}
