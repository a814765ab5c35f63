// What the button says, in Dutch (B1) and English: for each state a title, and a sentence with the next step.

/**
 * @typedef {object} Words
 * @property {Record<string, [title: string, text: string]>} states
 * @property {(place: number) => string} place
 * @property {(time: string) => string} validity
 * @property {Record<'start' | 'again' | 'stop' | 'openApp' | 'openHere' | 'asQr' | 'asLink' | 'pairing' | 'pairingWrong' | 'go' |
 *   'callNow' | 'number' | 'code' | 'qr' | 'without' | 'lost', string>} labels
 */

/** @type {Words} */
const nl = {
  states: {
    idle: ['Bel met Yivi', 'Laat met de Yivi-app zien wie u bent. De medewerker weet dan meteen wie er belt.'],
    starting: ['Een ogenblik', 'We maken uw QR-code.'],
    qr: ['Scan de QR-code', 'Open de Yivi-app op uw telefoon en scan deze code.'],
    app: ['Open de Yivi-app', 'Laat in de app zien wie u bent. Daarna belt u ons.'],
    pairing: ['Typ de cijfers uit de Yivi-app', 'Zo weten we zeker dat het uw telefoon is.'],
    scanned: ['Ga verder in de Yivi-app', 'Kies in de app of u uw gegevens wilt delen.'],
    checking: ['Een ogenblik', 'We controleren uw gegevens.'],
    disclosed: ['U kunt nu bellen', 'Belt uw telefoon niet vanzelf? Bel dan zelf.'],
    called: ['We hebben uw code ontvangen', 'Blijf aan de lijn.'],
    waiting: ['U staat in de wachtrij', 'Blijf aan de lijn.'],
    offered: ['Een medewerker neemt uw gesprek aan', 'Blijf aan de lijn.'],
    connected: ['U bent in gesprek', 'De medewerker weet wie u bent.'],
    ended: ['Het gesprek is afgelopen', 'Uw gegevens worden gewist.'],
    cancelled: ['U bent gestopt', 'Er zijn geen gegevens gedeeld. U kunt opnieuw beginnen.'],
    expired: ['De tijd is om', 'De code werkt niet meer. Begin opnieuw.'],
    failed: ['Het is niet gelukt', 'Met deze gegevens weten we niet zeker wie u bent. Probeer het opnieuw.'],
    away: ['Dit werkt nu even niet', 'Probeer het later opnieuw, of bel zonder app.'],
    misplaced: ['Deze knop werkt niet', 'Bel zonder app. De beheerder van deze website kan de knop herstellen.'],
  },
  place: (place) => (place === 1 ? 'U bent als eerste aan de beurt' : `U staat op plaats ${place} in de wachtrij`),
  validity: (time) => `De code werkt één keer, tot ${time} uur.`,
  labels: {
    start: 'Begin met Yivi',
    again: 'Begin opnieuw',
    stop: 'Stoppen',
    openApp: 'Open Yivi',
    openHere: 'Yivi staat op dit apparaat',
    asQr: 'Toon een QR-code',
    asLink: 'Terug naar de app op dit apparaat',
    pairing: 'Cijfers uit de app',
    pairingWrong: 'Deze cijfers kloppen niet. Kijk nog eens in de app.',
    go: 'Verder',
    callNow: 'Bel nu',
    number: 'Bel',
    code: 'Typ als daarom wordt gevraagd',
    qr: 'QR-code, te scannen met de Yivi-app',
    without: 'Liever zonder app?',
    lost: 'De verbinding is even weg. We proberen het opnieuw.',
  },
};

/** @type {Words} */
const en = {
  states: {
    idle: ['Call with Yivi', 'Show who you are with the Yivi app. Whoever answers then knows at once who is calling.'],
    starting: ['One moment', 'We are making your QR code.'],
    qr: ['Scan the QR code', 'Open the Yivi app on your phone and scan this code.'],
    app: ['Open the Yivi app', 'Show who you are in the app. After that you call us.'],
    pairing: ['Type the digits from the Yivi app', 'Then we are sure that it is your phone.'],
    scanned: ['Continue in the Yivi app', 'Choose in the app whether you want to share your data.'],
    checking: ['One moment', 'We are checking your data.'],
    disclosed: ['You can call now', 'Does your phone not call by itself? Then dial yourself.'],
    called: ['We have received your code', 'Please stay on the line.'],
    waiting: ['You are in the queue', 'Please stay on the line.'],
    offered: ['Somebody is taking your call', 'Please stay on the line.'],
    connected: ['You are connected', 'Whoever speaks to you knows who you are.'],
    ended: ['The call has ended', 'Your data is being erased.'],
    cancelled: ['You have stopped', 'No data was shared. You can start again.'],
    expired: ['The time is up', 'The code no longer works. Start again.'],
    failed: ['That did not work', 'With this data we are not sure who you are. Please try again.'],
    away: ['This does not work at the moment', 'Try again later, or call without the app.'],
    misplaced: ['This button does not work', 'Call without the app. The owner of this website can mend the button.'],
  },
  place: (place) => (place === 1 ? 'You are next' : `You are number ${place} in the queue`),
  validity: (time) => `The code works once, until ${time}.`,
  labels: {
    start: 'Start with Yivi',
    again: 'Start again',
    stop: 'Stop',
    openApp: 'Open Yivi',
    openHere: 'Yivi is on this device',
    asQr: 'Show a QR code',
    asLink: 'Back to the app on this device',
    pairing: 'Digits from the app',
    pairingWrong: 'These digits are not right. Look in the app again.',
    go: 'Continue',
    callNow: 'Call now',
    number: 'Call',
    code: 'Type when asked',
    qr: 'QR code, to be scanned with the Yivi app',
    without: 'Rather without the app?',
    lost: 'The connection is gone for a moment. We are trying again.',
  },
};

/** @param {string | null | undefined} language such as "nl", "en-GB" @returns {Words} English for "en", Dutch for all else */
export function wordsIn(language) {
  return /^en\b/i.test(language ?? '') ? en : nl;
}
