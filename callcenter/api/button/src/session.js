// The IRMA session in the browser, by yivi's own packages: which step the citizen is at, until the app is done.

import YiviClient from '@privacybydesign/yivi-client';
import YiviCore from '@privacybydesign/yivi-core';

/**
 * @typedef {{step: 'qr', url: string, back: (() => void) | null}} ShowQr on another device; `back`: to the link
 * @typedef {{step: 'app', url: string, other: () => void}} ShowLink into the app on this device; `other`: a QR code after all
 * @typedef {{step: 'pairing', wrong: boolean, enter: (digits: string) => void}} AskPairing
 * @typedef {{step: 'scanned'} | {step: 'checking'} | {step: 'cancelled'} | {step: 'expired'}} Plain
 * @typedef {ShowQr | ShowLink | AskPairing | Plain} Step
 */

/** @type {Record<string, Plain>} */
const PLAIN = {
  Pairing: { step: 'checking' },
  ContinueOn2ndDevice: { step: 'scanned' },
  ContinueInYiviApp: { step: 'scanned' },
  PreparingResult: { step: 'checking' },
  Cancelled: { step: 'cancelled' },
  TimedOut: { step: 'expired' },
};

/**
 * Take the citizen through the session that our api has started.
 *
 * @param {import('./api.js').Begun} begun
 * @param {AbortSignal} signal ends it
 * @param {(step: Step) => void} tell at each step. That the IRMA server can't be reached from here is no step: our own feed
 *   tells how it goes on.
 */
export function takeThrough(begun, signal, tell) {
  const core = new YiviCore({
    session: {
      start: false,
      mapping: { sessionPtr: () => begun.sessionPtr, frontendRequest: () => begun.frontendRequest },
      result: false,
    },
    // No cancelling by itself: two polls that get lost on the way must not end the session in the citizen's app.
    state: { serverSentEvents: false, polling: { interval: 1000 }, cancel: false },
  });
  core.use(YiviClient);
  core.use(
    class {
      /** @param {{stateMachine: import('@privacybydesign/yivi-core').StateMachine}} given */
      constructor({ stateMachine }) {
        this.machine = stateMachine;
      }

      /** @param {import('@privacybydesign/yivi-core').Move} move */
      stateChange({ newState, payload }) {
        if (signal.aborted) return;
        /** @param {string} transition @param {unknown} [given] */
        const go = (transition, given) =>
          void this.machine.selectTransition(({ validTransitions }) =>
            validTransitions.includes(transition) && { transition, payload: given },
          );
        const plain = PLAIN[newState];
        if (plain) tell(plain);
        else if (newState === 'ShowingQRCode') {
          tell({ step: 'qr', url: payload.qr, back: payload.showBackButton ? () => go('checkUserAgent') : null });
        } else if (newState === 'ShowingYiviButton') tell({ step: 'app', url: payload.mobile, other: () => go('chooseQR') });
        else if (newState === 'EnterPairingCode') {
          const enter = (/** @type {string} */ digits) => go('codeEntered', { enteredPairingCode: digits });
          tell({ step: 'pairing', wrong: payload?.enteredPairingCode !== undefined, enter });
        }
      }
    },
  );
  core.start().catch(() => {}); // how it ended has been told
  signal.addEventListener('abort', () => void core.abort(), { once: true });
}

/** @param {import('./api.js').Begun} begun the citizen stops here: the app is told by the IRMA server */
export function cancel(begun) {
  fetch(begun.sessionPtr.u, { method: 'DELETE' }).catch(() => {});
}
