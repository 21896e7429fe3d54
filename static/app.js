// Starts the NHS.UK frontend. Every page works without it.
import { initAll } from "./nhsuk/nhsuk-frontend-10.6.1.min.js";

// A radio may not bear aria-expanded (ARIA 1.2), but the frontend sets it on those that reveal further fields, at the
// start and on each click.
function dropUnsupportedStates() {
  for (const radio of document.querySelectorAll('input[type="radio"][aria-expanded]')) {
    radio.removeAttribute("aria-expanded");
  }
}

initAll();
dropUnsupportedStates();
document.addEventListener("click", dropUnsupportedStates);
window.addEventListener("pageshow", dropUnsupportedStates);

// A list with boxes gets one box more that ticks or clears every box of the page, and says how many are ticked.
function offerToChooseAll(form) {
  const boxes = [...form.querySelectorAll("input.app-choose")];
  if (boxes.length < 2) {
    return;
  }
  const all = document.createElement("input");
  all.type = "checkbox";
  all.id = `${form.id}-all`;
  all.className = "app-choose";
  const label = document.createElement("label");
  label.htmlFor = all.id;
  label.textContent = `Choose all ${boxes.length} on this page`;
  const chosen = document.createElement("span");
  chosen.setAttribute("role", "status");
  const line = document.createElement("p");
  line.className = "app-not-printed";
  line.append(all, label, chosen);
  form.prepend(line);

  function count() {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    chosen.textContent = ticked ? ` (${ticked} chosen)` : "";
  }

  all.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = all.checked;
    }
    count();
  });
  form.addEventListener("change", count);
  // The browser may tick boxes again on the way back, after this has run.
  window.addEventListener("pageshow", count);
  count();
}

document.querySelectorAll("form[data-choose-all]").forEach(offerToChooseAll);
