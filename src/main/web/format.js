// Numbers and times as people read them.

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const dateAndTime = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23',
});

/** @param {number} value */
export const number = (value) => numbers.format(value);

/** @param {number} value @param {string} noun in the singular, such as "picture" */
export const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

/** @param {number} share in 0..1; whole percents, but never 100 % of what is less */
export function percent(share) {
  const rounded = Math.round(share * 100);
  return (rounded === 100 && share < 1 ? 99 : rounded) + ' %';
}

/** @param {number} share in 0..1, as the command line prints figures */
export const figure = (share) => share.toFixed(3);

/** @param {{low: number, high: number}} interval of 95 % */
export const interval = ({ low, high }) => `${figure(low)} to ${figure(high)}`;

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 1000) {
    return Math.max(0, Math.round(milliseconds)) + ' ms';
  }
  const seconds = milliseconds / 1000;
  return seconds < 100 ? number(seconds) + ' s' : number(seconds / 60) + ' min';
}

/** @param {string} iso */
export const time = (iso) => clock.format(new Date(iso));

/** @param {string} iso */
export const moment = (iso) => dateAndTime.format(new Date(iso));

/** @param {number} count */
export function bytes(count) {
  if (count < 0) {
    return 'no value';
  }
  if (count < 1024) {
    return count + ' bytes';
  }
  return count < 1 << 20 ? number(count / 1024) + ' KiB' : number(count / (1 << 20)) + ' MiB';
}

/** @param {string} tag such as broken_image */
export function words(tag) {
  const text = tag.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string} version such as v12-15a7825e */
export const shortVersion = (version) => version.replace(/^(v\d+)-[0-9a-f]{8}$/, '$1');

/** In predictions of a service that has no head yet. */
export const NO_VERSION = 'none';
