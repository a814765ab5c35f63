// Draws the attention of an agent who could take a call: a short sound, and a notification while another window has it.

import { chosen } from "./preferences.js";

const TONES = [660, 880]; // Hz, one after the other
const TONE_SECONDS = 0.14;
const LOUDNESS = 0.08; // of 1
const ONE_TAB_MS = 1000; // several tabs of one browser sound as one

/** @type {AudioContext | null} */
let audio = null;

/** @param {string} sentence what has happened: why somebody calls, and never who @param {string} title */
export function somebodyCalls(sentence, title) {
  if (!document.querySelector("#part-queue .take:enabled")) return; // in a call, or not ready: no noise
  if (chosen("sound")) void navigator.locks.request("veilig-bellen-sound", { ifAvailable: true }, soundAlone);
  if (chosen("notices") && !document.hasFocus() && Notification.permission === "granted") notify(sentence, title);
}

/** @param {Lock | null} lock */
async function soundAlone(lock) {
  // Before anybody has touched the page, browsers allow no sound.
  if (!lock || !navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  await audio.resume();
  TONES.forEach((tone, place) => play(/** @type {AudioContext} */ (audio), tone, place * TONE_SECONDS));
  await new Promise((resolve) => setTimeout(resolve, ONE_TAB_MS));
}

/** @param {AudioContext} on @param {number} tone @param {number} after seconds */
function play(on, tone, after) {
  const begin = on.currentTime + after;
  const volume = new GainNode(on, { gain: 0 });
  volume.gain.setTargetAtTime(LOUDNESS, begin, 0.01);
  volume.gain.setTargetAtTime(0, begin + TONE_SECONDS, 0.06);
  const oscillator = new OscillatorNode(on, { frequency: tone });
  oscillator.connect(volume).connect(on.destination);
  oscillator.start(begin);
  oscillator.stop(begin + TONE_SECONDS + 0.5);
}

/** @param {string} sentence @param {string} title */
function notify(sentence, title) {
  const notice = new Notification(title, { body: sentence, tag: "veilig-bellen", silent: true });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}
