// The custom element <veilig-bellen municipality="…" purpose="…">: the citizen shows who they are, then calls.
//
// What stands inside the element (the number to call) is what visitors see without JavaScript; with it, it is the other way
// in. `language` ("nl" or "en") follows the page unless given. At each change of state the element sends the event
// `veilig-bellen:state`, whose detail holds the state's name and nothing else.

import { Refused, begin, follow } from './api.js';
import { cancel, takeThrough } from './session.js';
import styles from './style.css';
import { draw, wordsFor } from './view.js';
import { wordsIn } from './words.js';

const SCRIPT = document.currentScript;
const API = new URL('.', SCRIPT instanceof HTMLScriptElement ? SCRIPT.src : location.href);
const NOT_OUR_NEWS = ['requested', 'scanned']; // the session itself is quicker to tell these
const OVER = ['ended', 'cancelled', 'expired', 'failed', 'away', 'misplaced'];
const TRY_LATER = ['away', 'irma-away', 'try-again', 'fault'];

const sheet = new CSSStyleSheet(); // and no <style>: a site's Content-Security-Policy may forbid those
sheet.replaceSync(styles);

class VeiligBellen extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #status = document.createElement('p');
  /** @type {HTMLElement} */
  #card = document.createElement('div');
  #running = new AbortController();
  /** @type {import('./view.js').Seen} */
  #seen = { state: 'idle' };

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
    this.#status.className = 'unseen';
    this.#status.setAttribute('role', 'status'); // a polite live region; it is there before anything happens
    this.#root.append(this.#card, this.#status);
  }

  connectedCallback() {
    this.#show({ state: 'idle' }, false);
  }

  disconnectedCallback() {
    this.#running.abort();
  }

  get #language() {
    const given = this.getAttribute('language') ?? this.closest('[lang]')?.getAttribute('lang');
    return /^en\b/i.test(given ?? '') ? 'en' : 'nl';
  }

  async #start() {
    this.#running.abort();
    const { signal } = (this.#running = new AbortController());
    this.#show({ state: 'starting' });
    try {
      const begun = await begin(API, this.getAttribute('municipality') ?? '', this.getAttribute('purpose') ?? '');
      if (signal.aborted) return cancel(begun);
      takeThrough(begun, signal, (step) => this.#go({ state: step.step, step, begun }, signal));
      await follow(
        API,
        begun.statusToken,
        signal,
        ({ state, place }) => NOT_OUR_NEWS.includes(state) || this.#go({ state, place, begun }, signal),
        (lost) => this.#tellLost(lost, signal),
      );
    } catch (error) {
      if (signal.aborted) return;
      console.error(`veilig-bellen: ${error}`); // for whoever placed the button
      const later = error instanceof Refused && TRY_LATER.includes(error.kind);
      this.#go({ state: later ? 'away' : 'misplaced' }, signal);
    }
  }

  #stop() {
    const { begun } = this.#seen;
    this.#running.abort();
    if (begun) cancel(begun);
    this.#show({ state: 'cancelled' });
  }

  /** @param {import('./view.js').Seen} seen @param {AbortSignal} signal of the disclosure that this is about */
  #go(seen, signal) {
    // What the api says of the call comes after all that the session can say.
    if (signal.aborted || (seen.step && this.#seen.begun && !this.#seen.step)) return;
    this.#show(seen);
    if (OVER.includes(seen.state)) this.#running.abort();
  }

  /** @param {boolean} lost @param {AbortSignal} signal */
  #tellLost(lost, signal) {
    if (!signal.aborted && lost !== Boolean(this.#seen.lost) && this.#seen.begun) this.#show({ ...this.#seen, lost });
  }

  /** @param {import('./view.js').Seen} seen @param {boolean} [aloud] */
  #show(seen, aloud = true) {
    const words = wordsIn(this.#language);
    const hadFocus = this.#root.activeElement !== null;
    const card = draw(seen, words, this.#language, { start: () => this.#start(), stop: () => this.#stop() });
    this.#card.replaceWith(card);
    this.#card = card;
    const changed = seen.state !== this.#seen.state;
    this.#seen = seen;
    if (hadFocus) this.#focus(card);
    if (!aloud) return;
    this.#status.lang = this.#language;
    this.#status.textContent = `${wordsFor(seen, words).join('. ')}${seen.lost ? ` ${words.labels.lost}` : ''}`;
    if (changed) {
      const detail = { state: seen.state };
      this.dispatchEvent(new CustomEvent('veilig-bellen:state', { bubbles: true, composed: true, detail }));
    }
  }

  /** What had the focus is gone: it goes to what is asked for, else to the title, so that Tab goes on from here. */
  #focus(/** @type {HTMLElement} */ card) {
    const next = card.querySelector('input') ?? card.querySelector('.title');
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }
}

if (!customElements.get('veilig-bellen')) customElements.define('veilig-bellen', VeiligBellen);
