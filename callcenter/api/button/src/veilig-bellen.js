// The custom element <veilig-bellen municipality="…" purpose="…">: the citizen shows who they are, then calls.
//
// What stands inside the element (the number to call) is what visitors see without JavaScript; with it, it is the other way
// in. `attributes` names a set of attributes of the purpose; `language` ("nl" or "en") follows the page unless given. At each
// change of state the element sends the event `veilig-bellen:state`, whose detail holds the state's name, and the reason
// where it has one: nothing else.

import { resume, start } from './course.js';
import { forget, recall } from './memory.js';
import { make } from './parts.js';
import { cancel } from './session.js';
import styles from './style.css';
import { draw, validity } from './view.js';
import { wordsFor, wordsIn } from './words.js';

/** @typedef {import('./view.js').Seen} Seen */

const SCRIPT = document.currentScript;
const API = new URL('.', SCRIPT instanceof HTMLScriptElement ? SCRIPT.src : location.href);
const SAID_MS = 60_000; // so long before its end it is said once that the code ends

const sheet = new CSSStyleSheet(); // and no <style>: a site's Content-Security-Policy may forbid those
sheet.replaceSync(styles);

class VeiligBellen extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #status = document.createElement('p');
  /** @type {HTMLElement} */
  #card = document.createElement('div');
  #running = new AbortController();
  /** @type {Seen} */
  #seen = { state: 'idle' };
  #lost = false;
  #saidFor = 0; // the end that has been said
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
    this.#status.className = 'unseen';
    this.#status.setAttribute('role', 'status'); // a polite live region; it is there before anything happens
    this.#root.append(this.#card, this.#status);
  }

  connectedCallback() {
    this.#draw({ state: 'idle' });
    const kept = recall(this.#wish);
    if (kept) resume(this.#course(), kept);
  }

  disconnectedCallback() {
    this.#running.abort();
    clearInterval(this.#clock);
  }

  get #language() {
    const given = this.getAttribute('language') ?? this.closest('[lang]')?.getAttribute('lang');
    return /^en\b/i.test(given ?? '') ? 'en' : 'nl';
  }

  get #wish() {
    const [municipality = '', purpose = '', attributes] = ['municipality', 'purpose', 'attributes'].map(
      (name) => this.getAttribute(name) ?? undefined,
    );
    return { municipality, purpose, ...(attributes ? { attributes } : {}) };
  }

  #course() {
    this.#running.abort();
    const { signal } = (this.#running = new AbortController());
    const tell = (/** @type {Seen} */ seen) => signal.aborted || this.#show(seen);
    const tellLost = (/** @type {boolean} */ lost) => signal.aborted || this.#tellLost(lost);
    return { api: API, wish: this.#wish, signal, tell, tellLost };
  }

  #stop() {
    const { begun } = this.#seen;
    this.#running.abort();
    forget(this.#wish);
    if (begun) cancel(begun);
    this.#show({ state: 'cancelled' });
  }

  /** @param {Seen} seen */
  #show(seen) {
    const before = this.#seen;
    if (same(before, seen)) return;
    this.#draw(seen);
    this.#say();
    if (seen.state === before.state && seen.reason === before.reason) return;
    const detail = { state: seen.state, ...(seen.reason ? { reason: seen.reason } : {}) };
    this.dispatchEvent(new CustomEvent('veilig-bellen:state', { bubbles: true, composed: true, detail }));
  }

  /** @param {Seen} seen */
  #draw(seen) {
    const hadFocus = this.#root.activeElement !== null;
    const does = { start: () => void start(this.#course()), stop: () => this.#stop() };
    const card = draw(seen, wordsIn(this.#language), this.#language, does);
    this.#card.replaceWith(card);
    this.#card = card;
    this.#seen = seen;
    this.#drawLost(this.#lost && seen.begun !== undefined);
    if (hadFocus) this.#focus();
    clearInterval(this.#clock);
    const { until } = seen;
    if (seen.state === 'disclosed' && until) this.#clock = setInterval(() => this.#tick(until), 1000);
  }

  /** What is drawn, for who can't see it; the digits of the code are read where they stand. */
  #say(more = '') {
    const words = wordsIn(this.#language);
    const { step } = this.#seen;
    const wrong = step?.step === 'pairing' && step.wrong ? words.labels.pairingWrong : '';
    const [title, ...texts] = wordsFor(this.#seen, words, this.#language);
    const said = [`${title}. ${texts.join(' ')}`, wrong, this.#lost ? words.labels.lost : '', more];
    this.#status.lang = this.#language;
    this.#status.textContent = said.filter(Boolean).join(' ');
  }

  /** @param {boolean} lost the connection is gone for now: said in place, so that nobody loses what they are typing */
  #tellLost(lost) {
    if (lost === this.#lost) return;
    this.#lost = lost;
    this.#drawLost(lost);
    this.#say();
  }

  /** @param {boolean} lost */
  #drawLost(lost) {
    this.#card.querySelector('.lost')?.remove();
    if (lost) this.#card.append(make('p', { class: 'lost' }, wordsIn(this.#language).labels.lost));
  }

  /** @param {number} until */
  #tick(until) {
    const left = until - Date.now();
    // The feed goes on: whoever has called in time is told so even if that news comes late.
    if (left <= 0) return this.#show({ ...this.#seen, state: 'expired' });
    const note = this.#card.querySelector('.validity');
    const text = validity(left, until, wordsIn(this.#language), this.#language);
    if (note && note.textContent !== text) note.textContent = text;
    if (left > SAID_MS || this.#saidFor === until) return;
    this.#saidFor = until;
    this.#say(text);
  }

  /** What had the focus is gone: it goes to what is asked for, else to the title, so that Tab goes on from here. */
  #focus() {
    const next = this.#card.querySelector('input') ?? this.#card.querySelector('.title');
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }
}

/** @param {Seen} one @param {Seen} other @returns {boolean} */
function same(one, other) {
  const shown = (/** @type {Seen} */ seen) => {
    const { state, reason, place, step } = seen;
    return JSON.stringify([state, reason, place, step]);
  };
  return one.state !== 'pairing' && shown(one) === shown(other);
}

if (!customElements.get('veilig-bellen')) customElements.define('veilig-bellen', VeiligBellen);
