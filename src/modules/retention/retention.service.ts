import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import { DeletionGateway, type ErasedUnit, type PlanRef } from './deletion-gateway.js';
import { ErasureReplay, type ReplayHandler } from './erasure-replay.js';
import { type HoldOrder, LegalHolds } from './legal-holds.js';
import { LedgerKeeper } from './ledger-keeper.js';
import type { Ending, Told } from './domain/policy.js';
import { Planner, type RetainedSummary, type RetentionPlan } from './planner.js';
import { type Reading, RecordReader, type RetainedData } from './record-reader.js';
import { RecordSealer, type RecordToSeal, type SealedRecord } from './record-sealer.js';
import { type PromiseSource, type RegisterLine, RetentionRegister } from './retention-register.js';
import { SubjectVerifier, type Verification } from './subject-verifier.js';

export type { ErasedUnit, PlanRef } from './deletion-gateway.js';
export type { Finding, Verification } from './subject-verifier.js';
export type { PlanEntry } from './domain/plan.js';
export type { RetainedSummary, RetentionPlan } from './planner.js';
export type { RecordToSeal, SealedRecord } from './record-sealer.js';
export type { HoldOrder } from './legal-holds.js';
export type { Reading, RetainedData } from './record-reader.js';
export type { ReplayHandler } from './erasure-replay.js';
export type { LedgerEntry } from './ledger/erasure-ledger.js';
export type { PromiseSource, RegisterLine } from './retention-register.js';
export type { PromisedRecord } from './domain/register.js';

/** Other modules' door to what is kept and what goes (2.5(1)). */
@Injectable()
export class RetentionService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly planner: Planner,
    private readonly sealer: RecordSealer,
    private readonly gateway: DeletionGateway,
    private readonly verifier: SubjectVerifier,
    private readonly ledger: LedgerKeeper,
    private readonly holds: LegalHolds,
    private readonly reader: RecordReader,
    private readonly replays: ErasureReplay,
    private readonly keptRecords: RetentionRegister,
  ) {}

  /** The policy in force: pin it on every plan. */
  get policy(): { readonly version: string; readonly sha256: string } {
    const { version, sha256 } = this.catalogue.current;
    return { version, sha256 };
  }

  /** What the classes of a policy are called, by code; none where the policy is not known here. */
  titles(policySha256: string): Promise<Readonly<Record<string, Told>>> {
    return this.catalogue.titles(policySha256);
  }

  /** What becomes of each class, in the order of erasure, with counts and holds. */
  planFor(tx: Tx, accountId: string, endsAt: Date): Promise<RetentionPlan> {
    return this.planner.planFor(tx, accountId, endsAt);
  }

  /** The person's data in live tables, by class and table. */
  exportSubject(tx: Tx, accountId: string): Promise<Record<string, unknown>> {
    return this.planner.exportSubject(tx, accountId);
  }

  /**
   * In the transaction of the point of no return: the intent to erase. It reaches the ledger after the commit; the
   * gateway destroys nothing before it is there.
   * @param dispositions what this plan says of classes; it prevails over the policy wherever the intent is carried out
   */
  announceErasure(
    tx: Tx,
    accountId: string,
    plan: PlanRef,
    dispositions: Readonly<Record<string, Ending>> = {},
  ): Promise<void> {
    const { planId, policySha256 } = plan;
    const body = { policySha256, dispositions };
    return this.ledger.announce(tx, { kind: 'erasure_intended', accountId, planId, body });
  }

  /** Brings committed intents into the ledger now. Call it before the first erasing step; it is cheap when there is none. */
  flushLedger(): Promise<number> {
    return this.ledger.flush();
  }

  /** Seals the subject's live rows of one class and reads them back. @returns undefined when there is nothing to keep */
  sealClassForSubject(
    tx: Tx,
    accountId: string,
    recordClass: string,
    plan: PlanRef,
    endedAt: Date,
  ): Promise<SealedRecord | undefined> {
    return this.sealer.sealClass(tx, accountId, recordClass, plan, endedAt);
  }

  /** Seals something that is not in the catalogue's tables (a receipt, an extract), under a class that is kept. */
  sealRecord(tx: Tx, record: RecordToSeal, plan: PlanRef): Promise<SealedRecord> {
    return this.sealer.seal(tx, record, plan);
  }

  /**
   * One batch; call again while `more`.
   * @param disposition what the plan says instead of the policy (told consent not given: `erase`)
   * @throws DomainError erasure_not_announced
   */
  eraseClassForSubject(
    tx: Tx,
    accountId: string,
    recordClass: string,
    plan: PlanRef,
    disposition?: Ending,
  ): Promise<ErasedUnit> {
    return this.gateway.eraseClass(tx, accountId, recordClass, plan, disposition);
  }

  /** In the transaction that frees or bars the identifiers, last of all (R11): what the catalogue left for it. */
  eraseFreedLast(tx: Tx, accountId: string, plan: PlanRef): Promise<number> {
    return this.gateway.eraseFreedLast(tx, accountId, plan);
  }

  /** Ids of the holds in force on these classes of the subject; without classes, of those on everything of it. */
  holdsOn(tx: Tx, accountId: string, recordClasses: readonly string[]): Promise<string[]> {
    return this.planner.holdsOn(tx, accountId, recordClasses);
  }

  /** What stays after this plan, sealed or in place: why, from when, until when, for whom. */
  retained(tx: Tx, accountId: string, plan: PlanRef): Promise<RetainedSummary[]> {
    return this.planner.retained(tx, accountId, plan);
  }

  /**
   * The independent pass (R42).
   * @param values blind indexes and other exact values that may be nowhere
   * @param deferred classes that a legal hold keeps where they are
   */
  verifySubject(
    tx: Tx,
    accountId: string,
    values: readonly string[],
    plan: PlanRef,
    deferred: readonly string[] = [],
  ): Promise<Verification> {
    return this.verifier.verify(tx, accountId, values, plan.policySha256, deferred);
  }

  /** An evidence hold out of another module's transaction (7.1). */
  async placeHold(tx: Tx, order: HoldOrder, by: Actor): Promise<{ id: string }> {
    const { id } = await this.holds.placeIn(tx, order, by);
    return { id };
  }

  /** What the hold was for has ended. One that somebody released before is fine. */
  async releaseHold(tx: Tx, id: string, reason: string, by: Actor): Promise<void> {
    if (await this.holds.stands(tx, id)) await this.holds.releaseIn(tx, id, reason, by);
  }

  /** Opens what is kept of one class, with purpose and reference, on record; empty where the reader may not or nothing is left. */
  readRetained(tx: Tx, accountId: string, recordClass: string, reading: Reading): Promise<RetainedData[]> {
    return this.reader.readClass(tx, accountId, recordClass, reading);
  }

  /** What is still there of the subject and what became of the rest that its receipt names; nothing is opened for it. */
  register(accountId: string): Promise<readonly RegisterLine[]> {
    return this.keptRecords.of(accountId);
  }

  /** Another module's word of what its receipts say would stay. */
  onReceipts(source: PromiseSource): void {
    this.keptRecords.onReceipts(source);
  }

  /** Another module's share in an erasure that is replayed on a restored database; called before the data goes. */
  onReplay(handler: ReplayHandler): void {
    this.replays.register(handler);
  }

  /** Entries of the erasure ledger that this database lacks: not ready while there are any. */
  get ledgerEntriesBehind(): number {
    return this.replays.behind;
  }
}
