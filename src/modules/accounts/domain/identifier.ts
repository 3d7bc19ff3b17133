/** What reaches an account, or is barred from reaching one. */
export const IDENTIFIER_KINDS = ['phone', 'third_party', 'device'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/**
 * What a ban on registering again recognises. Besides the identifiers themselves what only comes near: the device, a number
 * that the banned person once had, the same name from the same subnet. Each of these may be somebody else's.
 */
export const BAR_KINDS = [...IDENTIFIER_KINDS, 'past_phone', 'subnet_and_name'] as const;
export type BarKind = (typeof BAR_KINDS)[number];

export interface BarSubject {
  readonly kind: BarKind;
  readonly value: string;
}

export interface Identifier {
  readonly kind: IdentifierKind;
  /** Canonical: E.164, or what `thirdPartyValue` gives. Two spellings of one identifier are one text. */
  readonly value: string;
}

/** A third-party account is known by issuer and subject, never by e-mail or name (row 6). */
export const thirdPartyValue = (issuer: string, subject: string): string => JSON.stringify([issuer, subject]);

export function readThirdPartyValue(value: string): { readonly issuer: string; readonly subject: string } {
  const [issuer, subject] = JSON.parse(value) as [string, string];
  return { issuer, subject };
}

/** What kind a canonical value is of, from its form alone: for values that were kept without their kind. */
export function kindOfValue(value: string): IdentifierKind {
  if (value.startsWith('+')) return 'phone';
  return value.startsWith('[') ? 'third_party' : 'device';
}
