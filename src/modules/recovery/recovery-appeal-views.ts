import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { AppealSubject } from './domain/appeal-subject.js';
import type { AppealState } from './domain/recovery-appeal-lifecycle.js';
import type { StandingAnswer } from './domain/standing-answers.js';

/** What the person says; kept sealed. */
export interface AppealClaim {
  /** Of the account; or of the guardian, as the minor named it. */
  readonly lostPhone: string;
  readonly newPhone: string;
  readonly statement: string;
  readonly displayName?: string;
  readonly birthDate?: string;
  /** Where it is about a guardian: the number that the minor's account has. */
  readonly wardPhone?: string;
  /** What somebody who would take a guardian's place is to the minor. */
  readonly relationship?: string;
}

export interface FiledAppeal {
  readonly id: string;
  /** Opens this appeal, and nothing else. */
  readonly token: string;
  readonly state: AppealState;
  readonly dueAt: string;
}

export interface AppealView {
  readonly id: string;
  readonly about: AppealSubject;
  readonly state: AppealState;
  readonly filedAt: string;
  readonly dueAt: string;
  readonly decidedAt: string | null;
  readonly reasonCode: string | null;
  /** What the agreement itself says to such a wish (REG-4). */
  readonly answer: StandingAnswer | null;
  readonly evidence: readonly { readonly id: string; readonly mediaType: string; readonly bytes: number }[];
}

export interface StaffAppealView extends AppealView {
  readonly version: number;
  readonly accountId: string | null;
  readonly claim: AppealClaim;
  readonly note: string | null;
  /** Where it is about a guardian: how often such a change was stopped for this minor by an objection. */
  readonly objectedBefore: number;
}

export interface RecoveryDecision {
  readonly accept: boolean;
  readonly reasonCode: string;
  readonly note?: string;
}

export const contextOf = (column: 'claim' | 'note', id: string): string =>
  columnContext('recovery_appeals', column, id);

export const claimOf = (cipher: FieldCipher, appeal: { readonly id: string; readonly claim: Buffer }): AppealClaim =>
  JSON.parse(cipher.openText(appeal.claim, contextOf('claim', appeal.id))) as AppealClaim;

export const noteOf = (
  cipher: FieldCipher,
  appeal: { readonly id: string; readonly note: Buffer | null },
): string | null => (appeal.note === null ? null : cipher.openText(appeal.note, contextOf('note', appeal.id)));
