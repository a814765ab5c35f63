// Draws what the citizen sees in each state.

import { groupedCode, groupedNumber, spelled } from './groups.js';
import { pairingForm } from './pairing.js';
import { button, make } from './parts.js';
import { qrCanvas } from './qr.js';
import { clockTime, wordsFor } from './words.js';

/**
 * @typedef {object} Seen what there is to see
 * @property {string} state
 * @property {string} [reason] why it failed, or how the call ended
 * @property {import('./session.js').Step} [step] for the states of the IRMA session
 * @property {number | null} [place]
 * @property {import('./api.js').Begun} [begun]
 * @property {number} [until] when the code ends: ms since 1970, by this device's clock
 * @property {number} [retryAfter] seconds
 * @property {Date} [opensAt]
 * @property {import('./api.js').Closing} [closing]
 *
 * @typedef {object} Does what the citizen can do
 * @property {() => void} start
 * @property {() => void} stop
 */

const CAN_START = ['idle', 'cancelled', 'expired', 'failed', 'closed', 'busy', 'too-many', 'away', 'ended'];
const NOT_BEGUN = ['closed', 'busy', 'too-many', 'away']; // refused before there was anything to begin again
const CAN_STOP = ['starting', 'qr', 'app', 'pairing', 'scanned'];

/**
 * @param {Seen} seen @param {import('./words.js').Words} words @param {string} language @param {Does} does
 * @returns {HTMLElement}
 */
export function draw(seen, words, language, does) {
  const { state, reason = '' } = seen;
  const [title, ...texts] = wordsFor(seen, words, language);
  const named = { class: 'card', part: 'card', role: 'group', 'aria-labelledby': 'title' };
  const card = make('div', { ...named, 'data-state': state, 'data-reason': reason, lang: language });
  card.append(make('p', { class: 'title', id: 'title', tabindex: '-1' }, title));
  card.append(...texts.map((text) => make('p', { class: 'text', dir: 'auto' }, text)));
  card.append(...details(seen, words, language));
  const actions = make('div', { class: 'actions' }, ...links(seen, words));
  if (CAN_START.includes(state)) {
    const { start, retry, again } = words.labels;
    actions.prepend(button(state === 'idle' ? start : NOT_BEGUN.includes(state) ? retry : again, 'main', does.start));
  }
  if (CAN_STOP.includes(state)) actions.append(button(words.labels.stop, 'quiet', does.stop));
  if (actions.childElementCount) card.append(actions);
  if ((CAN_START.includes(state) && (state !== 'ended' || reason !== 'answered')) || state === 'misplaced') {
    const label = state === 'closed' || reason === 'closed' ? words.labels.forLater : words.labels.without;
    card.append(make('div', { class: 'without' }, `${label} `, make('slot')));
  }
  return card;
}

/**
 * How long the code still works.
 *
 * @param {number} left ms @param {number} until ms since 1970 @param {import('./words.js').Words} words @param {string} language
 * @returns {string} which changes once a minute, and each ten seconds in the last one
 */
export function validity(left, until, words, language) {
  if (left <= 0) return words.labels.over;
  if (left <= 60_000) return words.validSeconds(Math.ceil(left / 10_000) * 10);
  return words.validity(Math.floor(left / 60_000), clockTime(new Date(until), language));
}

/** @param {Seen} seen @param {import('./words.js').Words} words @param {string} language @returns {HTMLElement[]} */
function details(seen, words, language) {
  const { state, step, begun, until } = seen;
  if (step?.step === 'qr') return [qrCanvas(step.url, words.labels.qr)];
  if (step?.step === 'pairing') return [pairingForm(step, words)];
  if (state !== 'disclosed' || !begun || !until) return [];
  const list = make('dl');
  list.append(make('dt', {}, words.labels.number), digits(groupedNumber(begun.number)));
  list.append(make('dt', {}, words.labels.code), digits(groupedCode(begun.code)));
  return [list, make('p', { class: 'note validity' }, validity(until - Date.now(), until, words, language))];
}

/** @param {Seen} seen @param {import('./words.js').Words} words @returns {HTMLElement[]} */
function links({ state, step, begun }, words) {
  if (step?.step === 'qr') {
    return step.back
      ? [button(words.labels.asLink, 'quiet', step.back)]
      : [make('a', { class: 'quiet', href: step.url, target: '_blank', rel: 'noreferrer' }, words.labels.openHere)];
  }
  if (step?.step === 'app') {
    return [make('a', { class: 'main', href: step.url }, words.labels.openApp), button(words.labels.asQr, 'quiet', step.other)];
  }
  if (state === 'disclosed' && begun) return [make('a', { class: 'main', href: begun.telUrl }, words.labels.callNow)];
  return [];
}

/** @param {string} grouped @returns {HTMLElement} */
function digits(grouped) {
  return make('dd', {}, make('bdi', { 'aria-hidden': 'true', dir: 'ltr' }, grouped), make('span', { class: 'unseen' }, spelled(grouped)));
}
