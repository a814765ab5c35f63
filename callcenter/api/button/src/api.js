// Speaks to our api: starts a disclosure, and follows it to the end of the call.

/**
 * @typedef {object} Begun a disclosure that has begun
 * @property {{u: string, irmaqr: string}} sessionPtr
 * @property {object} frontendRequest
 * @property {string} statusToken opens the status feed, and nothing else
 * @property {string} number E.164
 * @property {string} code ten digits; works once, and only after disclosing
 * @property {string} telUrl
 * @property {string} expiresAt ISO 8601
 *
 * @typedef {object} Status
 * @property {string} state
 * @property {number | null} [place] in the queue; 1 is next
 */

const FINAL = ['ended', 'cancelled', 'expired', 'failed'];
const LONGEST_PAUSE_MS = 10_000;
const SILENCE_MS = 40_000; // the feed says something every 15 s; after this it is dead

/** The api said no. `kind` is the problem's type (RFC 9457), such as `irma-away`; `message` is for whoever placed the button. */
export class Refused extends Error {
  /** @param {string} kind @param {string} detail */
  constructor(kind, detail) {
    super(detail);
    this.kind = kind;
  }
}

/**
 * Start a disclosure. Throws Refused.
 *
 * @param {URL} api the folder that the script came from
 * @param {string} municipality
 * @param {string} purpose
 * @returns {Promise<Begun>}
 */
export async function begin(api, municipality, purpose) {
  let response;
  try {
    response = await fetch(new URL('disclosures', api), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ municipality, purpose }),
      signal: AbortSignal.timeout(15_000),
    });
  } catch (error) {
    throw new Refused('away', `no answer from ${api.origin}: ${error}`);
  }
  if (!response.ok) throw await refusal(response);
  return response.json();
}

/**
 * Follow a disclosure; a connection that is lost is made again by itself. Ends when the state is final or `signal` says so.
 *
 * @param {URL} api
 * @param {string} token
 * @param {AbortSignal} signal
 * @param {(status: Status) => void} tell at each change
 * @param {(lost: boolean) => void} tellLost when the connection is lost, and when it is there again
 */
export async function follow(api, token, signal, tell, tellLost) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      for await (const status of statuses(api, token, signal)) {
        pause = 500;
        tellLost(false);
        tell(status);
        if (FINAL.includes(status.state)) return;
      }
    } catch (error) {
      if (error instanceof Refused && error.kind === 'token-unknown') return tell({ state: 'expired' });
      if (!signal.aborted) tellLost(true);
    }
    await rest(pause * (0.5 + Math.random()), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/**
 * The feed's statuses over one connection: server-sent events, read by fetch because EventSource sends no header.
 *
 * @param {URL} api @param {string} token @param {AbortSignal} signal
 * @returns {AsyncGenerator<Status>}
 */
async function* statuses(api, token, signal) {
  const quiet = new AbortController();
  let timer = setTimeout(() => quiet.abort(), SILENCE_MS);
  try {
    const response = await fetch(new URL('status/events', api), {
      headers: { Authorization: `Bearer ${token}` },
      cache: 'no-store',
      signal: either(signal, quiet.signal),
    });
    if (!response.ok || response.body === null) throw await refusal(response);
    const decoder = /** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream());
    const reader = response.body.pipeThrough(decoder).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), SILENCE_MS);
      const events = (text + value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice(6));
    }
  } finally {
    clearTimeout(timer);
    quiet.abort();
  }
}

/** @param {Response} response @returns {Promise<Refused>} */
async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refused(String(problem.type ?? response.status), String(problem.detail ?? ''));
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

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function rest(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
