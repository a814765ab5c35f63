// The IRMA session in the browser, by yivi's own packages: which step the citizen is at, until the app is done.

import YiviClient from '@privacybydesign/yivi-client';
import YiviCore from '@privacybydesign/yivi-core';

/**
 * @typedef {{step: 'qr', url: string, back: (() => void) | null}} ShowQr on another device; `back`: to the link
 * @typedef {{step: 'app', url: string, other: () => void}} ShowLink into the app on this device; `other`: a QR code after all
 * @typedef {{step: 'pairing', wrong: boolean, enter: (digits: string) => void}} AskPairing
 * @typedef {{step: 'scanned' | 'checking' | 'done' | 'cancelled' | 'expired' | 'unreachable'}} Plain `done`: with the app
 * @typedef {ShowQr | ShowLink | AskPairing | Plain} Step
 */

/** @type {Record<string, Plain>} */
const PLAIN = {
  Pairing: { step: 'checking' },
  ContinueOn2ndDevice: { step: 'scanned' },
  ContinueInYiviApp: { step: 'scanned' },
  PreparingResult: { step: 'done' },
  Cancelled: { step: 'cancelled' },
  TimedOut: { step: 'expired' },
};

const AGAIN_MS = 2_000;

/**
 * Take the citizen through the session that our api has started. When the IRMA server can't be reached for a while, it is
 * tried again: yivi's own client gives up after two lost polls, and would then never ask for the digits of pairing.
 *
 * @param {import('./api.js').Begun} begun
 * @param {AbortSignal} signal ends it
 * @param {(step: Step) => void} tell at each step; `unreachable` only before there is something to scan
 */
export function takeThrough(begun, signal, tell) {
  let shown = false;
  const start = () => {
    if (signal.aborted) return;
    const core = coreFor(begun);
    core.use(
      class {
        /** @param {{stateMachine: import('@privacybydesign/yivi-core').StateMachine}} given */
        constructor({ stateMachine }) {
          this.machine = stateMachine;
        }

        /** @param {import('@privacybydesign/yivi-core').Move} move */
        stateChange({ newState, payload }) {
          if (signal.aborted) return;
          if (newState === 'Error' && shown) setTimeout(start, AGAIN_MS);
          else if (newState === 'Error') tell({ step: 'unreachable' });
          if (newState.startsWith('Showing')) shown = true;
          const step = stepAt(newState, payload, this.machine);
          if (step) tell(step);
        }
      },
    );
    core.start().catch(() => {}); // how it ended has been told
    signal.addEventListener('abort', () => void core.abort(), { once: true });
  };
  start();
}

/** @param {import('./api.js').Begun} begun the citizen stops here: the app is told by the IRMA server */
export function cancel(begun) {
  if (begun.sessionPtr.u) fetch(begun.sessionPtr.u, { method: 'DELETE', keepalive: true }).catch(() => {});
}

/** @param {import('./api.js').Begun} begun */
function coreFor(begun) {
  const core = new YiviCore({
    session: {
      start: false,
      mapping: { sessionPtr: () => begun.sessionPtr, frontendRequest: () => begun.frontendRequest },
      result: false,
    },
    // No cancelling by itself: two polls that get lost on the way must not end the session in the citizen's app.
    state: {
      serverSentEvents: false,
      polling: { interval: 1000 },
      cancel: false,
      pairing: { onlyEnableIf: () => begun.pairing ?? false },
    },
  });
  core.use(YiviClient);
  return core;
}

/**
 * @param {string} state of yivi's machine @param {any} payload
 * @param {import('@privacybydesign/yivi-core').StateMachine} machine
 * @returns {Step | undefined}
 */
function stepAt(state, payload, machine) {
  /** @param {string} transition @param {unknown} [given] */
  const go = (transition, given) =>
    void machine.selectTransition(({ validTransitions }) => validTransitions.includes(transition) && { transition, payload: given });
  if (state === 'ShowingQRCode') {
    return { step: 'qr', url: payload.qr, back: payload.showBackButton ? () => go('checkUserAgent') : null };
  }
  if (state === 'ShowingYiviButton') return { step: 'app', url: payload.mobile, other: () => go('chooseQR') };
  if (state === 'EnterPairingCode') {
    const enter = (/** @type {string} */ digits) => go('codeEntered', { enteredPairingCode: digits });
    return { step: 'pairing', wrong: payload?.enteredPairingCode !== undefined, enter };
  }
  return PLAIN[state];
}
