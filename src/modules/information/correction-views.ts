import type { InformationCorrectionRow } from './information.entity.js';

/** What the person says; kept sealed. */
export interface Claim {
  readonly statement: string;
  readonly displayName?: string;
  readonly birthDate?: string;
}

export interface CorrectionDecision {
  readonly decision: 'accept' | 'return' | 'refuse';
  readonly reasonCode: string;
  readonly note?: string;
}

export interface CorrectionView {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly disputeId: string | null;
  readonly filedAt: string;
  readonly dueAt: string;
  readonly decidedAt: string | null;
  readonly reasonCode: string | null;
}

export interface CorrectionForReview extends CorrectionView {
  readonly accountId: string;
  readonly claim: Claim;
  readonly note: string | null;
}

/** A correction as the API tells it; what the person says is not in it. */
export const viewOf = (c: InformationCorrectionRow): CorrectionView => ({
  id: c.id,
  kind: c.kind,
  state: c.state,
  disputeId: c.disputeId,
  filedAt: c.filedAt.toISOString(),
  dueAt: c.dueAt.toISOString(),
  decidedAt: c.decidedAt?.toISOString() ?? null,
  reasonCode: c.reasonCode,
});
