// Lets the browser make or show a passkey (WebAuthn), and sends what it signed with the form around the button.

/**
 * Returns what the browser is to sign: it stands in the page, or is asked for when it is needed.
 * @param {HTMLFormElement} form
 * @returns {Promise<any>}
 */
async function optionsOf(form) {
  const written = form.querySelector("script");
  if (written) return JSON.parse(written.textContent ?? "");
  const answer = await fetch(form.dataset.options ?? "", { cache: "no-store" });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<Credential | null>}
 */
async function sign(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  const button = form.querySelector("button");
  const input = form.querySelector("input[name=credential]");
  const stopped = form.querySelector("[data-stopped]");
  if (!button || !(input instanceof HTMLInputElement) || !(stopped instanceof HTMLElement)) return;
  form.querySelector("[data-unable]")?.setAttribute("hidden", "");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    stopped.hidden = true;
    try {
      const credential = await sign(form);
      if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
      input.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      // Whatever it was (the browser tells pages little on purpose), the way on is the same.
      stopped.hidden = false;
      button.disabled = false;
    }
  });
}

const able = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (able && form instanceof HTMLFormElement) prepare(form);
}
