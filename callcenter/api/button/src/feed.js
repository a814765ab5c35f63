// Follows a disclosure to the end of its call: by server-sent events, and by asking where those do not come through.

import { Refused, refusal } from './api.js';

/**
 * @typedef {object} Status
 * @property {string} state
 * @property {number | null} [place] in the queue; 1 is next
 * @property {string | null} [reason] why it failed, or how the call ended
 *
 * @typedef {object} Told
 * @property {(status: Status) => void} status at each change
 * @property {(lost: boolean) => void} lost when the connection is lost, and when it is there again
 */

const FINAL = ['ended', 'cancelled', 'expired', 'failed'];
const LONGEST_PAUSE_MS = 10_000;
const FIRST_MS = 10_000; // the first event comes at once; a proxy that keeps events back is found out by this
const SILENCE_MS = 40_000; // the feed says something every 25 s; after this it is dead
const STALE_MS = 16_000; // the same for a page that comes back into sight

/**
 * A connection that is lost is made again by itself, from the last event on. Ends when the state is final or `signal` says so.
 *
 * @param {URL} api @param {string} token @param {AbortSignal} signal @param {Told} told
 */
export async function follow(api, token, signal, told) {
  const at = { last: '', rest: 0 };
  let pause = 500;
  while (!signal.aborted) {
    at.rest = 0;
    try {
      for await (const status of statuses(api, token, signal, at, () => told.lost(false))) {
        pause = 500;
        told.status(status);
        if (FINAL.includes(status.state)) return;
      }
    } catch (error) {
      if (unknown(error)) return told.status({ state: 'expired' });
      const status = signal.aborted ? null : await now(api, token, signal);
      if (signal.aborted) return;
      told.lost(status === null);
      if (status) {
        told.status(status);
        if (FINAL.includes(status.state)) return;
        pause = Math.min(pause, 1500);
      }
    }
    await rest(Math.max(pause, at.rest) * (0.5 + Math.random()), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/**
 * The feed's statuses over one connection, read by fetch because EventSource sends no header.
 *
 * @param {URL} api @param {string} token @param {AbortSignal} signal
 * @param {{last: string, rest: number}} at the id of the last event, and after how many ms the api wants us back (its `retry`)
 * @param {() => void} open the connection is there; there may be no news
 * @returns {AsyncGenerator<Status>}
 */
async function* statuses(api, token, signal, at, open) {
  const quiet = new AbortController();
  let heard = Date.now();
  let timer = setTimeout(() => quiet.abort(), FIRST_MS);
  const back = () => document.visibilityState === 'visible' && Date.now() - heard > STALE_MS && quiet.abort();
  document.addEventListener('visibilitychange', back);
  try {
    const headers = new Headers({ Authorization: `Bearer ${token}`, Accept: 'text/event-stream' });
    if (at.last) headers.set('Last-Event-ID', at.last);
    const response = await fetch(new URL('status/events', api), {
      headers,
      cache: 'no-store',
      signal: either(signal, quiet.signal),
    });
    if (!response.ok || response.body === null) throw await refusal(response);
    open();
    const decoder = /** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream());
    const reader = response.body.pipeThrough(decoder).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard = Date.now();
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), SILENCE_MS);
      const events = (text + value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const { id, data, retry } = fields(event);
        if (id !== undefined) at.last = id;
        if (retry) at.rest = Math.min(Number(retry) || 0, LONGEST_PAUSE_MS);
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', back);
    quiet.abort();
  }
}

/** @param {string} event @returns {Record<string, string>} its fields; a comment has none (HTML Standard, 9.2.6) */
function fields(event) {
  const pairs = event.split('\n').flatMap((line) => {
    const found = /^([a-z]+): ?(.*)$/.exec(line);
    return found?.[1] ? [[found[1], found[2] ?? '']] : [];
  });
  return Object.fromEntries(pairs);
}

/** @param {URL} api @param {string} token @param {AbortSignal} signal @returns {Promise<Status | null>} how it is now, if we can know */
async function now(api, token, signal) {
  try {
    const options = { headers: { Authorization: `Bearer ${token}` }, signal: either(signal, AbortSignal.timeout(5000)) };
    const response = await fetch(new URL('status', api), options);
    if (response.ok) return await response.json();
    return unknown(await refusal(response)) ? { state: 'expired' } : null;
  } catch {
    return null;
  }
}

/** @param {unknown} error @returns {boolean} whether the api has forgotten this disclosure */
function unknown(error) {
  return error instanceof Refused && error.kind === 'token-unknown';
}

/** @param {AbortSignal} one @param {AbortSignal} other @returns {AbortSignal} (AbortSignal.any is not in Safari 17.3) */
function either(one, other) {
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort();
    signal.addEventListener('abort', () => both.abort(), { once: true, signal: both.signal });
  }
  return both.signal;
}

/** Wait; no longer than until the network or the citizen is back. @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function rest(ms, signal) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const done = () => (over.abort(), resolve());
    const timer = setTimeout(done, ms);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    window.addEventListener('online', done, { signal: over.signal });
    document.addEventListener('visibilitychange', () => document.hidden || done(), { signal: over.signal });
    signal.addEventListener('abort', done, { signal: over.signal });
  });
}
