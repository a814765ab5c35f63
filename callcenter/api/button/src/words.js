// What the button says, in Dutch (B1) and English: for each state a title, and a sentence with the next step.
//
// A state that can have several reasons has a text for each: `ended:abandoned`; one without a text of its own says the
// state's.

import { en } from './words.en.js';
import { nl } from './words.nl.js';

/**
 * @typedef {object} Words
 * @property {Record<string, [title: string, text: string]>} states
 * @property {(place: number) => string} place
 * @property {(minutes: number, time: string) => string} validity
 * @property {(seconds: number) => string} validSeconds in the last minute
 * @property {(when: string) => string} opens
 * @property {(minutes: number) => string} later
 * @property {Record<'start' | 'again' | 'retry' | 'stop' | 'openApp' | 'openHere' | 'asQr' | 'asLink' | 'pairing' | 'pairingWrong' |
 *   'pairingFour' | 'go' | 'callNow' | 'number' | 'code' | 'qr' | 'without' | 'forLater' | 'lost' | 'over', string>} labels
 */

/** @param {string | null | undefined} language such as "nl", "en-GB" @returns {Words} English for "en", Dutch for all else */
export function wordsIn(language) {
  return /^en\b/i.test(language ?? '') ? en : nl;
}

/**
 * @param {import('./view.js').Seen} seen @param {Words} words @param {string} language
 * @returns {[title: string, ...texts: string[]]}
 */
export function wordsFor(seen, words, language) {
  const [title, text] = words.states[`${seen.state}:${seen.reason}`] ?? words.states[seen.state] ?? ['', ''];
  if (seen.state === 'waiting' && seen.place) return [words.place(seen.place), text];
  if (seen.state === 'closed') {
    const own = seen.closing?.[language === 'en' ? 'en' : 'nl'];
    const opens = seen.opensAt ? [words.opens(moment(seen.opensAt, language))] : [];
    return own ? [title, own, ...opens] : [title, ...(opens.length ? opens : [text])];
  }
  if (['busy', 'too-many'].includes(seen.state) && seen.retryAfter) {
    return [title, `${text} ${words.later(Math.ceil(seen.retryAfter / 60))}`];
  }
  return [title, text];
}

/** @param {Date} at @param {string} language @returns {string} such as 14:05 */
export function clockTime(at, language) {
  return new Intl.DateTimeFormat(locale(language), { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** @param {Date} at @param {string} language @returns {string} such as "maandag 24 november, 09:00" */
function moment(at, language) {
  const day = new Intl.DateTimeFormat(locale(language), { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
  return `${day}, ${clockTime(at, language)}`;
}

/** @param {string} language */
function locale(language) {
  return language === 'en' ? 'en-GB' : 'nl-NL';
}
