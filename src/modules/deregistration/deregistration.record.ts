import type { Actor } from '../../kernel/actor.js';
import type { Locale } from '../../platform/http/locale.js';
import type { AutoApproval } from './domain/auto-approval.js';
import type { DeregistrationState } from './domain/deregistration-lifecycle.js';
import type { AgreedRecordClass, Plan, ToldWords } from './domain/plan.js';
import type { Phase, UnitState } from './domain/unit.js';

export interface AgreementRef {
  readonly documentId: string;
  readonly version: string;
  readonly sha256: string;
}

export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** One agreement to keep a class, with the very words that were told. */
export interface ToldConsent extends AgreedRecordClass {
  /** `until` is the day that was foreseen then. */
  readonly told: ToldWords & { readonly title: Words | null; readonly until: string | null };
  readonly agreedAt: string;
}

/** The holder has died, and close relatives ask that it ends (REG-4; PIPL 49). */
export const GROUNDS = ['holder_deceased'] as const;
export type Ground = (typeof GROUNDS)[number];

/** A row of `deregistrations`, as read. */
export interface Deregistration {
  readonly id: string;
  readonly accountId: string;
  readonly state: DeregistrationState;
  readonly version: number;
  readonly requestedBy: Actor;
  /** Why somebody else than the holder applies; null: the wish of the holder, or of who answers for them. */
  readonly ground: Ground | null;
  readonly accountStateBefore: string;
  readonly locale: Locale;
  readonly agreement: AgreementRef;
  readonly toldConsents: readonly ToldConsent[];
  readonly requestedAt: Date;
  readonly coolingOffEndsAt: Date;
  readonly dueDay: string;
  readonly dueAt: Date;
  readonly dueProvisional: boolean;
  readonly reminderDueAt: Date;
  readonly remindedAt: Date | null;
  readonly finalNoticeAt: Date | null;
  readonly nextDueAt: Date | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: Actor | null;
  readonly decisionReasonCode: string | null;
  readonly automatic: AutoApproval | null;
  readonly approvedAt: Date | null;
  readonly plan: Plan | null;
  readonly planHash: string | null;
  readonly executionStartedAt: Date | null;
  readonly partialSince: Date | null;
  readonly partialReasons: readonly PartialReason[] | null;
  readonly completedAt: Date | null;
  readonly closedAt: Date | null;
  readonly receipt: string | null;
  readonly accessTokenHash: string;
  readonly receiptTokenHash: string | null;
}

export interface PartialReason {
  readonly phase: Phase;
  readonly unit: string;
  readonly reason: string;
}

/** A row of `deregistration_units`. */
export interface Unit {
  readonly deregistrationId: string;
  readonly accountId: string;
  readonly phase: Phase;
  readonly unit: string;
  readonly ordinal: number;
  readonly state: UnitState;
  readonly attempts: number;
  /** Grows with every claim; a worker whose number is not the newest cannot commit (R17). */
  readonly fence: string;
  readonly leaseUntil: Date | null;
  readonly nextAttemptAt: Date;
  readonly toldAt: Date | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly lastError: string | null;
  readonly doneAt: Date | null;
}

/** What the catalogue leaves of a receipt whose time is over (`erasure_receipt` in retention-policy.yaml). */
export const EXPIRED_RECEIPT = '';
