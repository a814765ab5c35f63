// Draws what the citizen sees in each state.

import { groupedCode, groupedNumber, spelled } from './groups.js';
import { qrCanvas } from './qr.js';

/**
 * @typedef {object} Seen what there is to see
 * @property {string} state
 * @property {import('./session.js').Step} [step] for the states of the IRMA session
 * @property {number | null} [place]
 * @property {import('./api.js').Begun} [begun]
 * @property {boolean} [lost] the connection is gone for now
 *
 * @typedef {object} Does what the citizen can do
 * @property {() => void} start
 * @property {() => void} stop
 */

const NOT_BEGUN = ['idle', 'cancelled', 'expired', 'failed', 'away', 'misplaced', 'ended'];
const CAN_STOP = ['qr', 'app', 'pairing', 'scanned'];

/**
 * @param {Seen} seen
 * @param {import('./words.js').Words} words
 * @param {string} language
 * @param {Does} does
 * @returns {HTMLElement}
 */
export function draw(seen, words, language, does) {
  const { state } = seen;
  const [title, text] = wordsFor(seen, words);
  const card = make('div', { class: 'card', part: 'card', role: 'group', 'aria-labelledby': 'title', 'data-state': state, lang: language });
  card.append(make('p', { class: 'title', id: 'title', tabindex: '-1' }, title), make('p', { class: 'text' }, text));
  card.append(...details(seen, words, language));
  const actions = make('div', { class: 'actions' });
  if (NOT_BEGUN.includes(state) && state !== 'misplaced') {
    actions.append(button(state === 'idle' ? words.labels.start : words.labels.again, 'main', does.start));
  }
  actions.append(...links(seen, words));
  if (CAN_STOP.includes(state)) actions.append(button(words.labels.stop, 'quiet', does.stop));
  if (actions.childElementCount) card.append(actions);
  if (seen.lost) card.append(make('p', { class: 'lost' }, words.labels.lost));
  if (NOT_BEGUN.includes(state) && state !== 'ended') {
    card.append(make('div', { class: 'without' }, `${words.labels.without} `, make('slot')));
  }
  return card;
}

/** @param {Seen} seen @param {import('./words.js').Words} words @returns {[title: string, text: string]} */
export function wordsFor(seen, words) {
  const [title, text] = words.states[seen.state] ?? ['', ''];
  return [seen.state === 'waiting' && seen.place ? words.place(seen.place) : title, text];
}

/** @param {Seen} seen @param {import('./words.js').Words} words @param {string} language @returns {HTMLElement[]} */
function details(seen, words, language) {
  const { step, begun } = seen;
  if (step?.step === 'qr') return [qrCanvas(step.url, words.labels.qr)];
  if (step?.step === 'pairing') return pairing(step, words);
  if (seen.state !== 'disclosed' || !begun) return [];
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(begun.expiresAt));
  const list = make('dl');
  list.append(make('dt', {}, words.labels.number), digits(groupedNumber(begun.number)));
  list.append(make('dt', {}, words.labels.code), digits(groupedCode(begun.code)));
  return [list, make('p', { class: 'note' }, words.validity(time))];
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

/** @param {import('./session.js').AskPairing} step @param {import('./words.js').Words} words @returns {HTMLElement[]} */
function pairing(step, words) {
  const input = make('input', { id: 'pairing', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '4', required: '' });
  const form = make('form', {}, make('label', { for: 'pairing' }, words.labels.pairing), input);
  if (step.wrong) {
    form.prepend(make('p', { class: 'wrong', id: 'wrong' }, words.labels.pairingWrong));
    input.setAttribute('aria-describedby', 'wrong');
    input.setAttribute('aria-invalid', 'true');
  }
  form.append(make('div', { class: 'actions' }, make('button', { class: 'main' }, words.labels.go)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    step.enter(input.value.trim());
  });
  return [form];
}

/** @param {string} grouped @returns {HTMLElement} */
function digits(grouped) {
  return make('dd', {}, make('span', { 'aria-hidden': 'true' }, grouped), make('span', { class: 'unseen' }, spelled(grouped)));
}

/** @param {string} label @param {string} look @param {() => void} act @returns {HTMLElement} */
function button(label, look, act) {
  const made = make('button', { type: 'button', class: look }, label);
  made.addEventListener('click', act);
  return made;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
