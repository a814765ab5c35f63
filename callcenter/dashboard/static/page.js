// The agent's page: puts what the server says into its parts, and keeps it true. Each matter has a file of its own.

import { somebodyCalls } from "./attention.js";
import { listen, maskInTime, noticingMoves } from "./clicks.js";
import { setClock, tick } from "./clock.js";
import { connect } from "./connection.js";
import { listenForKeys } from "./keys.js";
import { morph } from "./morph.js";
import { applyTheme, keepPreferences } from "./preferences.js";

const SAID_MS = 7000;
const OF_THE_CALL = ["yours", "ending", "stopping"]; // outcomes of a click that say how it is with my call
/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const saidLine = /** @type {HTMLElement} */ (document.getElementById("said"));
const newsLine = /** @type {HTMLElement} */ (document.getElementById("news"));
const offlineLine = /** @type {HTMLElement} */ (document.getElementById("offline"));
let saidTimer = 0;

/** @param {import("./connection.js").Message} message */
function onMessage(message) {
  if (message.language && message.language !== document.documentElement.lang) {
    location.reload(); // another tab has changed the language
    return;
  }
  if (message.now) setClock(message.now);
  if (message.title) document.title = message.title;
  noticingMoves(() => {
    for (const [name, html] of Object.entries(message.parts ?? {})) change(name, html);
  });
  tick();
  if (message.said) say(message.said, message.outcome);
}

/** @param {string} name of a part @param {string} html */
function change(name, html) {
  const part = /** @type {HTMLElement} */ (document.getElementById(`part-${name}`));
  if (name === "queue") changeQueue(part, html);
  else if (name === "call") changeCall(part, html);
  else morph(part, html);
  if (name === "head") applyTheme();
}

/** @param {HTMLElement} part @param {string} html */
function changeQueue(part, html) {
  const callers = () => /** @type {HTMLElement[]} */ ([...part.querySelectorAll("[data-new]")]);
  const before = new Set(callers().map((row) => row.id));
  morph(part, html);
  const added = callers().filter((row) => !before.has(row.id));
  if (added.length === 0) return;
  const sentence = added[added.length - 1].dataset.new ?? "";
  newsLine.textContent = sentence;
  somebodyCalls(sentence, document.title);
}

/** @param {HTMLElement} part @param {string} html */
function changeCall(part, html) {
  const title = () => part.querySelector("h2 span")?.textContent ?? "";
  const before = title();
  morph(part, html);
  if (title() === before) return;
  if (OF_THE_CALL.includes(saidLine.dataset.outcome ?? "")) say(""); // what it speaks of is over
  if (part.querySelector(".now")) newsLine.textContent = title();
}

/** @param {string} sentence @param {string} outcome of which click it speaks, if of one */
function say(sentence, outcome = "") {
  clearTimeout(saidTimer);
  saidLine.textContent = sentence;
  saidLine.dataset.outcome = outcome;
  saidTimer = setTimeout(() => (saidLine.textContent = ""), SAID_MS);
}

/** @param {boolean} there @param {string} sentence what to say when it is not */
function onLine(there, sentence = words["offline"]) {
  document.body.dataset.live = there ? "yes" : "no";
  if (offlineLine.hidden === there) return;
  noticingMoves(() => {
    offlineLine.hidden = there;
    offlineLine.textContent = there ? "" : sentence;
  });
}

/** @param {import("./connection.js").Message} answer to a click; it may be older than what the socket told meanwhile */
function onAnswer(answer) {
  onMessage(answer);
  line.again();
}

/** The log-in is over: nothing of a caller stays on the screen. */
function onSignedOut() {
  document.body.replaceChildren();
  location.replace("/login?over=1");
}

if (saidLine.textContent) say(saidLine.textContent, saidLine.dataset.outcome);
if (location.search) history.replaceState(null, "", "/");
const onCrowdedOut = () => onLine(false, words["too-many-pages"]);
const line = connect({ onMessage, onLine, onSignedOut, onCrowdedOut });
listen({ onAnswer, say, onSignedOut, words });
listenForKeys();
keepPreferences(say, words);
const onTime = () => {
  tick();
  maskInTime(words);
};
setInterval(onTime, 250);
// Awake again, perhaps after hours under a closed lid: before anybody looks, not at the next beat.
for (const awake of ["visibilitychange", "pageshow", "focus", "online"]) addEventListener(awake, onTime, true);
onTime();
