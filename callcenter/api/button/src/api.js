// Speaks to our api: starts a disclosure, and asks it to look at the IRMA server now. The status feed is in feed.js.

/**
 * @typedef {object} Begun a disclosure that has begun
 * @property {{u: string, irmaqr: string}} sessionPtr
 * @property {object} frontendRequest
 * @property {boolean} [pairing] the app shows digits that are to be typed here
 * @property {string} statusToken opens the status feed, and nothing else
 * @property {string} number E.164
 * @property {string} code ten digits; works once, and only after disclosing
 * @property {string} telUrl
 * @property {string} expiresAt ISO 8601
 * @property {number} [validSeconds] the same, for a clock that is wrong
 *
 * @typedef {object} Wish what the button is for
 * @property {string} municipality
 * @property {string} purpose
 * @property {string} [attributes] the name of a set of attributes
 *
 * @typedef {Record<string, string>} Closing what the municipality itself says while it is closed, by language
 */

const ANSWER_MS = 8_000; // the api answers within 5 s
const MAY_PASS = ['unreachable', 'try-again'];
const LONGEST_PAUSE_S = 3;

/**
 * The api said no. `kind` is the problem's type (RFC 9457), such as `irma-away`, or `unreachable`; the message is for
 * whoever placed the button.
 */
export class Refused extends Error {
  /** @param {string} kind @param {string} detail @param {{retryAfter?: number, opensAt?: Date, closing?: Closing}} [more] `retryAfter` in s */
  constructor(kind, detail, more = {}) {
    super(detail);
    this.kind = kind;
    this.retryAfter = more.retryAfter;
    this.opensAt = more.opensAt;
    this.closing = more.closing;
  }
}

/**
 * Start a disclosure. What may pass is tried once more: with the same key, so that a lost answer is got again and no second
 * session begins. Throws Refused.
 *
 * @param {URL} api the folder that the script came from
 * @param {Wish} wish
 * @param {string} key of this click
 * @returns {Promise<Begun>}
 */
export async function begin(api, wish, key) {
  try {
    return await ask(api, wish, key);
  } catch (error) {
    if (!(error instanceof Refused) || !MAY_PASS.includes(error.kind)) throw error;
    const pause = Math.min(error.retryAfter ?? 1, LONGEST_PAUSE_S);
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    return ask(api, wish, key);
  }
}

/** Let the api ask the IRMA server now: the app is done, and the feed does not say so. @param {URL} api @param {string} token */
export function look(api, token) {
  fetch(new URL('status/look', api), { method: 'POST', headers: { Authorization: `Bearer ${token}` } }).catch(() => {});
}

/** @param {URL} api @param {Wish} wish @param {string} key @returns {Promise<Begun>} */
async function ask(api, wish, key) {
  let response;
  try {
    response = await fetch(new URL('disclosures', api), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(wish),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.ok) return await response.json();
  } catch (error) {
    throw new Refused('unreachable', `no answer from ${api.origin}: ${error}`);
  }
  throw await refusal(response);
}

/** @param {Response} response @returns {Promise<Refused>} */
export async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined;
  const opens = new Date(problem.opensAt ?? NaN);
  const opensAt = Number.isNaN(opens.getTime()) ? undefined : opens;
  return new Refused(String(problem.type ?? response.status), String(problem.detail ?? ''), { retryAfter, opensAt, closing: problem.closing });
}
