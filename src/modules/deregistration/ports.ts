import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import type { AgreementRef } from './deregistration.record.js';
import type { Plan, PlannedClass } from './domain/plan.js';
import type { RetainedClaim } from './domain/receipt.js';

/*
 * What deregistration needs of the floors below, each as narrow as it is used. The adapters beside this file fill them
 * from the modules' doors; a rule here never knows how another module stores things.
 */

export interface LeavingAccount {
  readonly id: string;
  readonly state: string;
  readonly locale: Locale;
  readonly adult: boolean;
}

export abstract class AccountGate {
  /** Locks the account's row: first in the lock order. @throws DomainError not_found */
  abstract lock(tx: Tx, accountId: string): Promise<LeavingAccount>;
  /** The same for whoever writes about the account: after the point of no return nothing is (R14). @throws account_gone too */
  abstract lockWritable(tx: Tx, accountId: string): Promise<void>;
  abstract look(tx: Tx, accountId: string): Promise<LeavingAccount>;
  /** To `deregistering`; ends every session but `keepSessionId` (R36). @throws DomainError where the state forbids it */
  abstract begin(tx: Tx, accountId: string, by: { actor: Actor; keepSessionId: string | null }): Promise<void>;
  /** Back to exactly the state before; sanctions are rows of their own and were never touched (R37). */
  abstract restore(tx: Tx, accountId: string, stateBefore: string, actor: Actor): Promise<void>;
  /**
   * The tombstone that every write path meets (R14), and the end of what credentials are left. The identifiers stay
   * claimed, so that nobody registers into the middle (R11).
   */
  abstract enterExecution(tx: Tx, accountId: string): Promise<void>;
  /** The account is `deregistered`. */
  abstract end(tx: Tx, accountId: string): Promise<void>;
  /** What is filed under the number and not under the account. @returns how many rows went */
  abstract forgetTraces(tx: Tx, phone: string): Promise<number>;
  /** Everything under which the account could be found: plain and keyed. For the search that must find nothing (R42). */
  abstract traces(phone: string): readonly string[];
  /** E.164, or undefined where the account has none. */
  abstract phoneOf(tx: Tx, accountId: string): Promise<string | undefined>;
}

export interface ClassForecast {
  readonly recordClass: string;
  /** Rows that stand there now. */
  readonly count: number;
  readonly until: string | null;
  readonly title: { readonly zh: string; readonly en: string };
}

export interface RetentionPlan {
  readonly policy: Plan['policy'];
  readonly classes: readonly PlannedClass[];
  /** Moves by the hour; shown, not hashed. */
  readonly forecast: readonly ClassForecast[];
}

export interface PlanRef {
  readonly accountId: string;
  readonly deregistrationId: string;
  readonly policySha256: string;
  /** What the plan says of each class; it overrides the policy where the person did not agree to leave it with us. */
  readonly dispositions: Readonly<Record<string, PlannedClass['disposition']>>;
}

export const planRefOf = (d: { readonly id: string; readonly accountId: string }, plan: Plan): PlanRef => ({
  accountId: d.accountId,
  deregistrationId: d.id,
  policySha256: plan.policy.sha256,
  dispositions: Object.fromEntries(plan.classes.map((c) => [c.recordClass, c.disposition])),
});

export type ErasureStep =
  { readonly outcome: 'done' | 'more'; readonly count: number; readonly action: string } | { readonly outcome: 'held' };

/** As the person is told: nobody's reading, no ids, no holds by name. */
export interface KeptClass {
  readonly recordClass: string;
  readonly title: ClassForecast['title'] | null;
  /** sealed, in_place: within its period. held: past or not, an order forbids its deletion. expired: goes with the next run. */
  readonly state: 'sealed' | 'in_place' | 'held' | 'expired' | 'destroyed';
  readonly basis: PlannedClass['basis'];
  readonly reason: PlannedClass['reason'];
  readonly from: Date;
  readonly until: Date | null;
  /** Staff roles that may open it, on record. */
  readonly readers: readonly string[];
  readonly destroyedAt: Date | null;
}

export abstract class RetentionGate {
  abstract planFor(tx: Tx, accountId: string, endsAt: Date): Promise<RetentionPlan>;
  /** Pins policy and dispositions, and writes the intent to the erasure ledger, which lies outside the database (R9). */
  abstract recordIntent(tx: Tx, plan: PlanRef): Promise<void>;
  /** Makes sure that the intent really left for the ledger: nothing destructive before. */
  abstract intentKept(plan: PlanRef): Promise<void>;
  /** Seals a class under its own key, reads it back and compares (R43). */
  abstract seal(tx: Tx, plan: PlanRef, recordClass: string): Promise<{ count: number }>;
  /** One bounded step of erasing a class; holds are checked inside, under the subject's lock (R2). */
  abstract erase(tx: Tx, plan: PlanRef, recordClass: string): Promise<ErasureStep>;
  /** What was left for the very end: the identifiers' own rows (R11). */
  abstract eraseLast(tx: Tx, plan: PlanRef): Promise<void>;
  /** The independent pass. @returns where something of the person is left; empty is the proof (R42) */
  abstract residue(
    tx: Tx,
    plan: PlanRef,
    traces: readonly string[],
    deferred: readonly string[],
  ): Promise<readonly string[]>;
  /** The register of what is kept, as the receipt tells it. */
  abstract retained(tx: Tx, plan: PlanRef): Promise<readonly RetainedClaim[]>;
  /** Class by class, what is still there of somebody who left and what became of the rest of the receipt. */
  abstract kept(accountId: string): Promise<readonly KeptClass[]>;
  /** What the classes of a policy are called; empty where the policy is not known here. */
  abstract titles(policySha256: string): Promise<Readonly<Record<string, ClassForecast['title']>>>;
  /** Ids of live holds on these classes of the account; with no classes, only holds on everything of it. */
  abstract holds(tx: Tx, accountId: string, recordClasses: readonly string[]): Promise<readonly string[]>;
  /** Everything stored about the account, by class, as the catalogue names it ("my data"). */
  abstract export(tx: Tx, accountId: string): Promise<Readonly<Record<string, unknown>>>;
}

export interface ReviewRef {
  readonly deregistrationId: string;
  readonly accountId: string;
}

/** What was decided, in codes, for who came second. */
export interface ReviewOutcome {
  readonly code: 'approved' | 'rejected';
  readonly reasonCode: string;
}

export abstract class ReviewGate {
  abstract open(tx: Tx, ref: ReviewRef, due: { at: Date; provisional: boolean }): Promise<void>;
  /** The legal day moved, or is firm now; no task: nothing to move. */
  abstract moveDue(tx: Tx, ref: ReviewRef, at: Date, provisional: boolean): Promise<void>;
  /** A stopped saga is work for a person too. */
  abstract raise(tx: Tx, ref: ReviewRef, dueAt: Date): Promise<void>;
  /** @throws DomainError unless this person holds the claim */
  abstract requireClaim(tx: Tx, ref: ReviewRef, actor: Actor): Promise<void>;
  abstract finish(tx: Tx, ref: ReviewRef, actor: Actor, outcome: ReviewOutcome): Promise<void>;
  abstract cancel(tx: Tx, ref: ReviewRef, actor: Actor): Promise<void>;
  /** The stopped saga goes on, or is over. */
  abstract settle(tx: Tx, ref: ReviewRef): Promise<void>;
}

export abstract class AgreementGate {
  /** The version of the user agreement that this account last accepted. */
  abstract accepted(tx: Tx, accountId: string): Promise<AgreementRef>;
}

export abstract class EnforcementGate {
  /** For automatic approval only: neither an open case nor a sanction keeps anybody from leaving. */
  abstract facts(tx: Tx, accountId: string): Promise<{ openCase: boolean; sanctioned: boolean }>;
}

export abstract class CheckpointGate {
  /** A signed checkpoint of the audit log as of now. */
  abstract now(tx: Tx): Promise<{ size: number; head: string }>;
}
