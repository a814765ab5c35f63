// Lets times count on the page, by the server's clock.

const NEARLY_OVER = 10; // seconds

let offset = 0; // milliseconds that the server's clock is ahead of ours

/** @param {number} serverNow milliseconds since 1970, as the server has it */
export function setClock(serverNow) {
  offset = serverNow - Date.now();
}

/**
 * Write how long ago each `[data-since]` was, and how long it is until each `[data-until]`; a wait longer than its
 * `data-long` seconds stands out. What is to be gone at `data-gone-at` goes, also when nobody can tell us to.
 */
export function tick() {
  const now = Date.now() + offset;
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-gone-at]"))) {
    if (now >= Number(element.dataset.goneAt)) element.remove();
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-until]"))) {
    const left = Math.max(0, Math.ceil((Number(element.dataset.until) - now) / 1000));
    if (element.textContent !== span(left)) element.textContent = span(left);
    element.classList.toggle("long", left <= NEARLY_OVER);
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-since]"))) {
    const seconds = Math.max(0, Math.floor((now - Number(element.dataset.since)) / 1000));
    const text = span(seconds);
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle("long", seconds >= Number(element.dataset.long ?? Infinity));
  }
}

/** @param {number} seconds @returns {string} 0:41, 12:07 or 1:02:30 */
function span(seconds) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
