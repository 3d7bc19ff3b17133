/** What reaches an account, or is barred from reaching one. */
export const IDENTIFIER_KINDS = ['phone', 'third_party', 'device'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

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
