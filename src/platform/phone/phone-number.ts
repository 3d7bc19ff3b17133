import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max';

/** A telephone number in its one canonical spelling, E.164. What is stored, indexed and compared is this and nothing else. */
export interface PhoneNumber {
  readonly e164: string;
  /** `86`, `1`, … */
  readonly callingCode: string;
  readonly nationalNumber: string;
  /** ISO 3166 region; absent for numbers of no country (satellite, international networks). */
  readonly region?: string;
}

export type PhoneProblem = 'unreadable' | 'extension' | 'not_a_number' | 'not_mobile';

export type PhoneReading =
  { readonly ok: true; readonly phone: PhoneNumber } | { readonly ok: false; readonly problem: PhoneProblem };

/** Marks that print nothing: zero-width, direction, joiners, variation selectors, soft hyphen, BOM. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u115F\u1160\u3164\uFFA0]/gu;
const WHITE = /[\p{Z}\t\r\n]+/gu;
const DASHES = /[\p{Pd}\u2212\uFF0D]/gu;
/** An extension is another person's desk; one key must never reach two people (`;ext=`, `#12`, `x12`, 转12, 分机12). */
const EXTENSION = /(?:;|\bext|extn|extension|x\s*\d|#|~|,|转|轉|分机|分機)/iu;
const MOBILE_TYPES = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
const LONGEST_INPUT = 40;

/**
 * Reads a number as people write it: full-width digits, `0086`, `+86 (0)`, `tel:`, blanks, dashes and invisible marks
 * all reach one key (clause 7.1: a ban is not evaded by spelling). Unicode is folded BEFORE validation, so that what was
 * checked is what is stored. The full metadata is used: the default set accepts +8612345678901.
 * @param region where a number without a country code belongs
 */
export function readPhone(input: string, region: string = 'CN'): PhoneReading {
  if (input.length > LONGEST_INPUT * 2) return { ok: false, problem: 'unreadable' };
  const folded = fold(input);
  if (folded.length === 0 || folded.length > LONGEST_INPUT) return { ok: false, problem: 'unreadable' };
  if (EXTENSION.test(folded)) return { ok: false, problem: 'extension' };
  if (!/^\+?[\d().\-/ ]+$/.test(folded)) return { ok: false, problem: 'unreadable' };
  return parse(asInternational(folded), region);
}

function fold(input: string): string {
  return input
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(WHITE, ' ')
    .replace(DASHES, '-')
    .trim()
    .replace(/^tel:\s*/i, '')
    .replace(/\p{Nd}/gu, decimalDigit);
}

/** `0086…` and `+0086…` as `+86…`; a leading `+` may stand once only. */
const asInternational = (text: string): string => text.replace(/^\+?\s*00\s*(?=[1-9])/, '+').replace(/^\+\s+/, '+');

/** The ASCII digit of any decimal digit: Unicode lays each script's digits out in one run of ten from its zero. */
function decimalDigit(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  if (point < 0x80) return char;
  let zero = point;
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((point - zero) % 10);
}

function parse(text: string, region: string): PhoneReading {
  try {
    const parsed = parsePhoneNumberWithError(text, { defaultCountry: region as CountryCode, extract: false });
    if (parsed.ext !== undefined) return { ok: false, problem: 'extension' };
    if (!parsed.isValid()) return { ok: false, problem: 'not_a_number' };
    // A region without its own mobile ranges in the metadata reports no type; validity has been checked above.
    const type = parsed.getType();
    if (type !== undefined && !MOBILE_TYPES.has(type)) return { ok: false, problem: 'not_mobile' };
    return {
      ok: true,
      phone: {
        e164: parsed.number,
        callingCode: parsed.countryCallingCode,
        nationalNumber: parsed.nationalNumber,
        ...(parsed.country === undefined ? {} : { region: parsed.country }),
      },
    };
  } catch {
    return { ok: false, problem: 'not_a_number' };
  }
}

/** How a number is shown back to the person: `+86*******8000`. */
export const maskPhone = (e164: string): string => {
  const shown = e164.slice(-4);
  const head = e164.slice(0, Math.min(3, Math.max(0, e164.length - 4)));
  return `${head}${'*'.repeat(Math.max(0, e164.length - head.length - shown.length))}${shown}`;
};
