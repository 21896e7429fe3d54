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
