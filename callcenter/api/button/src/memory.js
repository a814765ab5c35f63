// Remembers a disclosure across a reload of the page: a phone that went to the app or the dialler often reloads the tab.
//
// In sessionStorage: of this tab and this website alone, gone with the tab. Who can read it (a script of this website, or
// whoever sits at this screen) can read the same off the page. The code is there only between disclosing and calling, as
// it is on the page; it works once, and dies by its time. Nothing that the citizen discloses ever comes here.

const NAME = 'veilig-bellen';
const ANSWER_MS = 30_000; // how long after a click an answer that was lost may be got again
const CALL_MS = 4 * 3600_000;
const resumed = new Set(); // two buttons for the same thing on one page: one of them goes on

/**
 * @typedef {object} Kept
 * @property {string} key of the click (Idempotency-Key)
 * @property {string} state
 * @property {number} until ms since 1970; the code's end while there is a code
 * @property {import('./api.js').Begun} [begun] once there is an answer
 */

/** @param {import('./api.js').Wish} wish */
const nameOf = (wish) => [NAME, wish.municipality, wish.purpose, wish.attributes ?? ''].join('/');

/** @param {import('./api.js').Wish} wish @returns {Kept | null} what was going on here, once for each page */
export function recall(wish) {
  const name = nameOf(wish);
  if (resumed.has(name)) return null;
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? 'null');
    if (!kept || kept.until < Date.now()) return forget(wish);
    resumed.add(name);
    return kept;
  } catch {
    return null; // no storage here, or something else in it
  }
}

/** @param {import('./api.js').Wish} wish @param {Omit<Kept, 'until'> & {until?: number}} given */
export function remember(wish, given) {
  const { state, begun } = given;
  const called = ['called', 'waiting', 'offered', 'connected'].includes(state);
  const until = called ? Date.now() + CALL_MS : (given.until ?? Date.now() + ANSWER_MS);
  // A code that was used is of no use to anybody: it goes, and so does the way into the session.
  const kept = called && begun ? { ...begun, code: '', telUrl: '', sessionPtr: { u: '', irmaqr: '' } } : begun;
  try {
    sessionStorage.setItem(nameOf(wish), JSON.stringify({ ...given, begun: kept, until }));
  } catch {
    // Without storage there is no way back after a reload, and all else works.
  }
}

/** @param {import('./api.js').Wish} wish @returns {null} */
export function forget(wish) {
  try {
    sessionStorage.removeItem(nameOf(wish));
  } catch {
    // there is none
  }
  return null;
}
