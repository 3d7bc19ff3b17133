import type { Language } from '../../../i18n/language.ts';

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** Minor units as money, exactly: the amount may be wider than a number, so it never becomes one. */
export function moneyOf(minor: string, currency: string, language: Language): string {
  const digits = digitsOf(currency);
  const padded = minor.padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits);
  const decimal = digits === 0 ? whole : `${whole}.${padded.slice(-digits)}`;
  // A decimal in text is formatted as it is, without the detour by a binary fraction.
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(decimal as `${number}`);
}

/** What somebody typed ("1,234.56") in minor units; undefined when it is no amount of this currency. */
export function minorOf(typed: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(typed.trim().replaceAll(',', '')) ?? [];
  if (whole === undefined || fraction.length > digits) return undefined;
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) && minor > 0 ? minor : undefined;
}

/** What is still due, in minor units. */
export const leftOf = (amountMinor: string, paidMinor: string): string =>
  (BigInt(amountMinor) - BigInt(paidMinor)).toString();
