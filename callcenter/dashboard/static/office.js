// The office's pages: a part that keeps itself true, a form that is sent once, a text that is copied.

import { morph } from "./morph.js";
import { applyTheme, keepPreferences } from "./preferences.js";

const EVERY_MS = 1000;
const DEADLINE_MS = 5000;
const offline = document.getElementById("offline");

/** @param {HTMLElement} part */
async function keepTrue(part) {
  const path = part.dataset.live ?? "";
  for (;;) {
    await new Promise((go) => setTimeout(go, EVERY_MS));
    if (document.hidden) await new Promise((go) => document.addEventListener("visibilitychange", go, { once: true }));
    try {
      const answer = await fetch(path, { redirect: "manual", signal: AbortSignal.timeout(DEADLINE_MS) });
      if (answer.type === "opaqueredirect" || answer.status === 403) return onSignedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      morph(part, await answer.text());
      if (offline) offline.hidden = true;
    } catch {
      if (offline) offline.hidden = false;
    }
  }
}

/** The log-in is over: nothing of the office stays on the screen. */
function onSignedOut() {
  document.body.replaceChildren();
  location.replace("/login?over=1");
}

/** @param {HTMLElement} button */
async function copy(button) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copies ?? ""));
  try {
    await navigator.clipboard.writeText(field.value);
    const told = document.getElementById("told");
    const text = button.textContent;
    button.textContent = button.dataset.done ?? "";
    if (told) told.textContent = button.dataset.done ?? "";
    setTimeout(() => (button.textContent = text), 2000);
  } catch {
    field.select(); // then a person copies it themselves
  }
}

/** @param {string} sentence */
function say(sentence) {
  const line = document.getElementById("said");
  if (line) line.textContent = sentence;
}

/** The menu under one's name: its choices are kept at once, and it closes by Escape or a click beside it. */
function openMenu() {
  const menu = document.getElementById("mine");
  if (!menu) return; // a page before the log-in
  document.body.dataset.live = "yes";
  keepPreferences(say, JSON.parse(document.getElementById("words")?.textContent ?? "{}"));
  addEventListener("pageshow", applyTheme);
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.hasAttribute("open")) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}

openMenu();
for (const part of document.querySelectorAll("main [data-live]")) void keepTrue(/** @type {HTMLElement} */ (part));
for (const button of document.querySelectorAll("[data-copies]")) {
  /** @type {HTMLElement} */ (button).hidden = false; // without a script it would do nothing
  button.addEventListener("click", () => void copy(/** @type {HTMLElement} */ (button)));
}
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-once]")) return;
  if (form.ariaBusy === "true") event.preventDefault();
  form.ariaBusy = "true";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-once]")) form.ariaBusy = "false"; // the page came back from a cache
});
