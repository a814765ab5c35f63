// Digits in groups, as people read and type them.

const SHORT_AREA_CODES = /^(?:1[035]|2[0346]|3[03568]|4[0356]|5[0358]|7\d|8[458])/; // +31: two digits after the 0

/**
 * @param {string} number E.164
 * @returns {string} a Dutch number as written in the Netherlands (024 329 00 00), another one with its country code
 */
export function groupedNumber(number) {
  if (!number.startsWith('+31') || number.length !== 12) return number;
  const rest = number.slice(3);
  if (rest.startsWith('6')) return `06 ${pairs(rest.slice(1))}`;
  const area = SHORT_AREA_CODES.test(rest) ? 2 : 3;
  return `0${rest.slice(0, area)} ${pairs(rest.slice(area))}`;
}

/** @param {string} code ten digits @returns {string} three groups */
export function groupedCode(code) {
  return `${code.slice(0, 3)} ${code.slice(3, 6)} ${code.slice(6)}`;
}

/** @param {string} digits @returns {string} one by one, so that a screen reader makes no large numbers of them */
export function spelled(digits) {
  return digits.replaceAll(' ', ',').split('').join(' ').replaceAll(' ,', ',');
}

/** @param {string} digits @returns {string} in twos; an odd one out goes with the first */
function pairs(digits) {
  const first = digits.length % 2 ? 3 : 2;
  return [digits.slice(0, first), ...(digits.slice(first).match(/../g) ?? [])].join(' ');
}
