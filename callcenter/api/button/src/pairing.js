// The form for the digits that the app shows, so that nobody else's phone can have scanned the code.

import { make } from './parts.js';

const FOUR = /^\d{4}$/;

/** @param {import('./session.js').AskPairing} step @param {import('./words.js').Words} words @returns {HTMLElement} */
export function pairingForm(step, words) {
  const typing = { inputmode: 'numeric', autocomplete: 'off', maxlength: '4', dir: 'ltr' };
  const input = make('input', { id: 'pairing', ...typing, 'aria-describedby': 'wrong' });
  const wrong = make('p', { class: 'wrong', id: 'wrong', hidden: '' });
  /** @param {string} text */
  const say = (text) => {
    wrong.textContent = text;
    wrong.hidden = false;
    input.setAttribute('aria-invalid', 'true');
    input.select();
  };
  if (step.wrong) say(words.labels.pairingWrong);
  const label = make('label', { for: 'pairing' }, words.labels.pairing);
  const actions = make('div', { class: 'actions' }, make('button', { class: 'main', part: 'button' }, words.labels.go));
  const form = make('form', { novalidate: '' }, label, wrong, input, actions);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const digits = input.value.replace(/\D/g, '');
    if (FOUR.test(digits)) return step.enter(digits);
    say(words.labels.pairingFour);
    input.focus();
  });
  return form;
}
