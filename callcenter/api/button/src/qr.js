// Draws a QR code on a canvas that has a name for those who can't see it.

import encodeQR from 'qr';

const PIXELS_A_MODULE = 4; // whole pixels, so that no edge is blurred; CSS scales the picture
const QUIET_MODULES = 4; // white around it, ISO/IEC 18004

const SHORT_TO_LONG = [1, 60, 210]; // characters; the link of a session has about as many as the last

/** Let the first QR code be as quick as the next, a little at a time: to be called while there is something to wait for. */
export function warmUp() {
  for (const length of SHORT_TO_LONG) setTimeout(() => encodeQR('x'.repeat(length), 'raw', { ecc: 'low' }));
}

/**
 * @param {string} text what the code says
 * @param {string} name what the picture is, for a screen reader
 * @returns {HTMLCanvasElement}
 */
export function qrCanvas(text, name) {
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: QUIET_MODULES });
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = rows.length * PIXELS_A_MODULE;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws no canvas');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  rows.forEach((row, y) => {
    for (let x = 0, from = 0; x <= row.length; x++) {
      if (row[x]) continue; // a run of dark modules ends at a light one
      if (x > from) pen.fillRect(from * PIXELS_A_MODULE, y * PIXELS_A_MODULE, (x - from) * PIXELS_A_MODULE, PIXELS_A_MODULE);
      from = x + 1;
    }
  });
  return canvas;
}
