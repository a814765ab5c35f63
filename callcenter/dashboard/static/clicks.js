// What a click does without leaving the page: forms sent by fetch, a masked value shown for a while, text copied.

const STEADY_MS = 250; // a row that moved under the pointer less than this ago is not the one that was aimed at

const OF = "of-"; // before the id of a field: the row that it stands in

/** @type {WeakMap<Element, number>} when a row of the queue last moved */
const movedAt = new WeakMap();

/**
 * @param {object} to
 * @param {(message: any) => void} to.onAnswer
 * @param {(sentence: string) => void} to.say
 * @param {() => void} to.onSignedOut
 * @param {Record<string, string>} to.words
 */
export function listen({ onAnswer, say, onSignedOut, words }) {
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-live], [data-reveal]")) return;
    event.preventDefault();
    if (form.dataset.reveal && hide(form.dataset.reveal, words)) return;
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    try {
      const answer = await send(form, event.submitter);
      if (answer.status === 401) onSignedOut();
      else if (!answer.ok) say(words["said-failed"]);
      else if (form.dataset.reveal) show(form.dataset.reveal, await answer.json(), words);
      else onAnswer(await answer.json());
    } catch {
      say(words["said-failed"]);
    } finally {
      form.ariaBusy = "false";
    }
  });

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = target.closest("[data-take]")?.closest("li");
    if (row && event.detail > 0 && performance.now() - (movedAt.get(row) ?? -Infinity) < STEADY_MS) {
      event.preventDefault();
      say(words["moved"]);
    }
    const copied = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"))?.dataset.copy;
    if (copied) void copy(copied, say, words);
    const dialog = /** @type {HTMLElement | null} */ (target.closest("[data-open]"))?.dataset.open;
    if (dialog) /** @type {HTMLDialogElement} */ (document.getElementById(dialog)).showModal();
    for (const menu of document.querySelectorAll("details[open]")) {
      if (!menu.contains(target)) menu.removeAttribute("open");
    }
  });
}

/** Run what changes the page, and remember which rows of the queue moved by it. @param {() => void} change */
export function noticingMoves(change) {
  const before = new Map(rows().map((row) => [row, row.getBoundingClientRect().top]));
  change();
  for (const row of rows()) {
    const top = before.get(row);
    if (top !== undefined && top !== row.getBoundingClientRect().top) movedAt.set(row, performance.now());
  }
}

const rows = () => [...document.querySelectorAll("#part-queue li")];

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
function send(form, submitter) {
  return fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(/** @type {any} */ (new FormData(form, submitter))),
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(10000),
  });
}

/** @param {string} id @param {{value: string, seconds: number}} revealed @param {Record<string, string>} words */
function show(id, { value, seconds }, words) {
  const field = document.getElementById(id);
  const row = rowOf(id);
  if (!field || !row) return; // the call ended meanwhile
  row.dataset.revealed = field.textContent ?? ""; // the live feed leaves such a row alone
  row.dataset.maskAt = String(Date.now() + seconds * 1000);
  field.textContent = value;
  field.title = words["revealed-for"].replace("{seconds}", String(seconds));
  label(id, words["mask"], false);
}

/** Mask what was shown long enough; a timer would stand still while the computer sleeps. @param {Record<string, string>} words */
export function maskInTime(words) {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-mask-at]"))) {
    if (Date.now() >= Number(row.dataset.maskAt)) hide(row.id.replace(OF, ""), words);
  }
}

/** Mask a value again; tells whether it was shown. @param {string} id @param {Record<string, string>} words */
function hide(id, words) {
  const field = document.getElementById(id);
  const row = rowOf(id);
  if (!field || row?.dataset.revealed === undefined) return false;
  field.textContent = row.dataset.revealed;
  delete row.dataset.revealed;
  delete row.dataset.maskAt;
  field.removeAttribute("title");
  label(id, words["reveal"], true);
  return true;
}

/** @param {string} id of a field */
function rowOf(id) {
  return document.getElementById(OF + id);
}

/** @param {string} id @param {string} text @param {boolean} masked */
function label(id, text, masked) {
  const button = document.getElementById(`reveal-${id}`);
  if (button) {
    button.textContent = text;
    button.ariaLabel = (masked ? button.title : button.dataset.hide) ?? text;
  }
  const copying = document.getElementById(`copy-${id}`);
  if (copying) copying.hidden = masked;
}

/** @param {string} id @param {(sentence: string) => void} say @param {Record<string, string>} words */
async function copy(id, say, words) {
  const text = document.getElementById(id)?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    say(words["copied"]);
  } catch {
    say(words["copy-failed"]);
  }
}
