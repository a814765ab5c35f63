// The demo's panel: hands the picture of the QR code to an invented citizen, as if they held up their phone.

const panel = /** @type {HTMLElement} */ (document.querySelector('#demo'));
const said = /** @type {HTMLElement} */ (document.querySelector('#said'));
const FIRST = said.textContent;

/** @returns {HTMLCanvasElement | null} the QR code of the button that shows one */
function qrCode() {
  for (const button of document.querySelectorAll('veilig-bellen')) {
    const canvas = button.shadowRoot?.querySelector('canvas');
    if (canvas) return canvas;
  }
  return null;
}

/** @param {HTMLCanvasElement} canvas @returns {Uint8Array} its picture, a byte of brightness for each pixel */
function pictureOf(canvas) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4] ?? 0);
}

/** @param {HTMLElement} choice */
async function choose(choice) {
  const name = choice.textContent?.trim();
  const canvas = qrCode();
  if (!canvas) {
    said.textContent = 'Er staat geen QR-code op de pagina. Klik eerst op een knop.';
    return;
  }
  said.textContent = `${name} scant de code en deelt de gegevens …`;
  const answer = await fetch(`/demo/choose/${choice.dataset.person}`, { method: 'POST', body: pictureOf(canvas) });
  const refusal = answer.ok ? null : (await answer.json().catch(() => ({}))).detail;
  said.textContent = answer.ok ? `${name} belt nu. Kijk op het scherm van de medewerker.` : (refusal ?? 'Dat lukte niet.');
}

for (const choice of panel.querySelectorAll('[data-person]')) {
  if (choice instanceof HTMLElement) choice.addEventListener('click', () => choose(choice));
}

document.addEventListener('veilig-bellen:state', (event) => {
  const { state } = /** @type {CustomEvent<{state: string}>} */ (event).detail;
  panel.classList.toggle('ready', state === 'qr');
  if (state === 'qr') said.textContent = 'De QR-code staat er. Kies een inwoner.';
  if (state === 'ended') said.textContent = FIRST;
});
