import type { LegalReference } from './plan.js';

/** Exactly the claims of docs/verification.md; a verifier written from that page alone agrees with ours. */
export interface ReceiptClaims {
  readonly iss: string;
  /** Seconds since 1970, as JWT wants it. */
  readonly iat: number;
  readonly jti: string;
  readonly typ: 'deregistration-receipt';
  readonly deregistrationId: string;
  readonly requestedAt: string;
  readonly approvedAt: string;
  readonly completedAt: string;
  readonly agreement: { readonly documentId: string; readonly version: string; readonly sha256: string };
  readonly retentionPolicy: { readonly version: string; readonly sha256: string };
  readonly erased: readonly { readonly recordClass: string; readonly action: string; readonly count: number }[];
  readonly retained: readonly RetainedClaim[];
  readonly participants: readonly ParticipantClaim[];
  readonly checkpoint: { readonly size: number; readonly head: string };
}

export interface RetainedClaim {
  readonly recordClass: string;
  readonly basis: readonly LegalReference[];
  readonly from: string;
  /** Null: until the order that holds it is lifted. */
  readonly until: string | null;
  readonly readers: readonly string[];
}

/** Stands as the instrument where nothing but an order to hold it keeps something; its article is the hold's id. */
export const LEGAL_HOLD = 'legal hold';

export const isKeptByHold = ({ basis }: RetainedClaim): boolean =>
  basis.length > 0 && basis.every((b) => b.instrument === LEGAL_HOLD);

export interface ParticipantClaim {
  readonly name: string;
  /** Null: a legal hold keeps it from erasing. */
  readonly acknowledgedAt: string | null;
  readonly erased: number;
  readonly retained: number;
}

const REQUIRED = [
  'iss',
  'iat',
  'jti',
  'typ',
  'deregistrationId',
  'requestedAt',
  'approvedAt',
  'completedAt',
  'agreement',
  'retentionPolicy',
  'erased',
  'retained',
  'participants',
  'checkpoint',
] as const satisfies readonly (keyof ReceiptClaims)[];

/** What a payload lacks, or has too much, to be a receipt; empty: it is one. */
export function receiptProblems(payload: Readonly<Record<string, unknown>>): string[] {
  const known: readonly string[] = REQUIRED;
  return [
    ...REQUIRED.filter((claim) => payload[claim] === undefined).map((claim) => `${claim} is missing`),
    ...Object.keys(payload)
      .filter((claim) => !known.includes(claim))
      .map((claim) => `${claim} does not belong there`),
    ...(payload['typ'] === 'deregistration-receipt' ? [] : ['typ is not deregistration-receipt']),
  ];
}
