// Single keys for what an agent does all day. They can be turned off (WCAG 2.1.4).

import { chosen } from "./preferences.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  a: () => press("#part-queue .take:not(:disabled)"),
  b: () => press("#ready") || press("#reason-pause"),
  h: () => press("#hold"),
  k: () => press("#done"),
  w: () => focus("#queue-title"),
  g: () => focus("#call-title"),
  l: () => focus("#part-call button.link"),
  e: () => focus("#hang-up, #put-back, #done"), // one key must not end a conversation: Enter does
  "?": () => /** @type {HTMLDialogElement} */ (document.getElementById("keys")).showModal(),
};

export function listenForKeys() {
  addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest("input, textarea, select, dialog");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.key === "Escape") closeMenus();
    const act = KEYS[event.key.toLowerCase()];
    if (!act || (!chosen("keys") && event.key !== "?")) return;
    event.preventDefault();
    act();
  });
}

function closeMenus() {
  for (const menu of document.querySelectorAll("details[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }
}

/** @param {string} selector @returns {boolean} whether there was such a button */
function press(selector) {
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector(selector));
  button?.form?.requestSubmit(button);
  return button !== null;
}

/** @param {string} selector */
function focus(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}
