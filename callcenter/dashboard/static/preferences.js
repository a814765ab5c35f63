// What the agent has chosen of how the page looks and sounds: kept by the server with the user, nothing in the browser.

const form = () => /** @type {HTMLFormElement} */ (document.getElementById("preferences"));

/** @param {string} name of a switch @returns {boolean} whether it is on */
export function chosen(name) {
  return /** @type {HTMLInputElement} */ (form().elements.namedItem(name)).checked;
}

/** Have the page's colours as they are chosen, here or in another tab. */
export function applyTheme() {
  const theme = /** @type {RadioNodeList} */ (form().elements.namedItem("theme"));
  document.documentElement.dataset.theme = theme.value;
}

/**
 * Keep each change at once.
 * @param {(sentence: string) => void} say
 * @param {Record<string, string>} words
 */
export function keepPreferences(say, words) {
  document.addEventListener("change", async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.form !== form()) return;
    if (input.name === "notices" && input.checked && (await Notification.requestPermission()) !== "granted") {
      input.checked = false;
      say(words["notices-refused"]);
    }
    applyTheme();
    try {
      const answer = await fetch(form().action, {
        method: "POST",
        body: new URLSearchParams(/** @type {any} */ (new FormData(form()))),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(10000),
      });
      if (!answer.ok) say(words["said-failed"]);
    } catch {
      say(words["said-failed"]);
    }
  });
}
