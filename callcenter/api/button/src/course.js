// The course of one disclosure, from the click to the end of the call: what there is to see, without drawing it.

import { Refused, begin, look } from './api.js';
import { follow } from './feed.js';
import { forget, remember } from './memory.js';
import { warmUp } from './qr.js';
import { cancel, takeThrough } from './session.js';

/** @typedef {import('./view.js').Seen} Seen */

const OVER = ['ended', 'cancelled', 'expired', 'failed', 'closed', 'busy', 'too-many', 'away', 'misplaced'];
const OF_SESSION = ['requested', 'scanned'];
const MISPLACED = ['purpose-unknown', 'attributes-unknown', 'origin-refused', 'invalid-request', 'too-large', 'not-found'];
const TOLD_AS = ['closed', 'busy', 'too-many'];
const LOOK_MS = 2_000; // the app is done; so long may our feed be silent
const LOOKS = 10;

/**
 * @typedef {object} Given
 * @property {URL} api
 * @property {import('./api.js').Wish} wish
 * @property {AbortSignal} signal stops it without a word
 * @property {(seen: Seen) => void} tell what there is to see now
 * @property {(lost: boolean) => void} tellLost
 */

/** Begin anew. @param {Given} given @param {string} [key] of a click whose answer was lost */
export async function start(given, key = crypto.randomUUID()) {
  const { api, wish, signal, tell } = given;
  tell({ state: 'starting' });
  remember(wish, { key, state: 'starting' });
  warmUp(); // while the api answers
  let begun;
  try {
    begun = await begin(api, wish, key);
  } catch (error) {
    if (signal.aborted) return; // stopped, or begun anew: then what is remembered is not ours
    forget(wish);
    console.error(`veilig-bellen: ${error}`); // for whoever placed the button
    return tell(refused(error));
  }
  if (signal.aborted) return cancel(begun);
  const seconds = begun.validSeconds ?? (Date.parse(begun.expiresAt) - Date.now()) / 1000;
  const kept = { key, state: 'starting', begun, until: Date.now() + seconds * 1000 };
  remember(wish, kept);
  await goOn(given, kept, true);
}

/** Go on after a reload of the page. @param {Given} given @param {import('./memory.js').Kept} kept */
export async function resume(given, kept) {
  if (!kept.begun) return start(given, kept.key);
  given.tell({ state: kept.state, begun: kept.begun, until: kept.until });
  await goOn(given, { ...kept, begun: kept.begun }, false);
}

/**
 * @param {Given} given
 * @param {import('./memory.js').Kept & {begun: import('./api.js').Begun}} kept
 * @param {boolean} fresh not after a reload, which first has to know how far it is
 */
async function goOn({ api, wish, signal, tell, tellLost }, kept, fresh) {
  const { begun } = kept;
  const session = new AbortController(); // until our own feed is further than the app
  const all = new AbortController();
  signal.addEventListener('abort', () => all.abort(), { signal: all.signal });
  all.signal.addEventListener('abort', () => session.abort(), { once: true });
  let taking = fresh;

  /** @param {Seen} seen */
  const show = (seen) => {
    tell({ ...seen, begun, until: kept.until });
    if (!OVER.includes(seen.state)) return;
    forget(wish);
    all.abort();
  };
  /** In a task of its own: on a slow device the page has to stay alive. @param {import('./session.js').Step} step */
  const step = (step) => setTimeout(() => session.signal.aborted || take(step));
  /** @param {import('./session.js').Step} step */
  const take = (step) => {
    if (step.step === 'done') lookUntilTold(api, begun.statusToken, session.signal);
    const state = { done: 'checking', unreachable: 'away' }[String(step.step)] ?? step.step;
    show({ state, step });
  };
  /** @param {import('./feed.js').Status} status */
  const status = ({ state, place, reason }) => {
    if (state === 'requested' && !taking) {
      taking = true;
      takeThrough(begun, session.signal, step);
    }
    if (state === 'scanned' && !taking) show({ state }); // a reload since: only the feed tells now
    if (OF_SESSION.includes(state)) return; // the session itself is quicker to tell these
    session.abort();
    if (!OVER.includes(state)) remember(wish, { ...kept, state });
    show({ state, place, reason: reason ?? undefined });
  };
  if (fresh) setTimeout(() => takeThrough(begun, session.signal, step));
  await follow(api, begun.statusToken, all.signal, { status, lost: tellLost });
}

/** @param {URL} api @param {string} token @param {AbortSignal} told */
function lookUntilTold(api, token, told) {
  let looks = 0;
  const timer = setInterval(() => (looks++ < LOOKS ? look(api, token) : clearInterval(timer)), LOOK_MS);
  told.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** @param {unknown} error @returns {Seen} */
function refused(error) {
  if (!(error instanceof Refused)) return { state: 'away' };
  const { kind, retryAfter, opensAt, closing } = error;
  if (TOLD_AS.includes(kind)) return { state: kind, retryAfter, opensAt, closing };
  return { state: MISPLACED.includes(kind) ? 'misplaced' : 'away' };
}
