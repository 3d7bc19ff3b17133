import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import { AuditService } from '../audit/audit.service.js';
import { EnforcementService } from '../enforcement/enforcement.service.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import type { AgreementRef } from './deregistration.record.js';
import {
  AgreementGate,
  CheckpointGate,
  EnforcementGate,
  ReviewGate,
  type ReviewOutcome,
  type ReviewRef,
} from './ports.js';

/** The document of clause 2.5 itself. */
const USER_AGREEMENT = 'user_agreement';

@Injectable()
export class AgreementsGate extends AgreementGate {
  constructor(private readonly agreements: AgreementsService) {
    super();
  }

  async accepted(tx: Tx, accountId: string): Promise<AgreementRef> {
    const bound = await this.agreements.boundBy(tx, accountId, USER_AGREEMENT);
    // An account that never accepted anything may leave as well: the text in effect says how.
    const version = bound ?? (await this.agreements.current(USER_AGREEMENT, tx));
    if (version === undefined) return { documentId: USER_AGREEMENT, version: 'none', sha256: '0'.repeat(64) };
    return { documentId: version.documentId, version: version.version, sha256: version.sha256 };
  }
}

@Injectable()
export class AuditCheckpointGate extends CheckpointGate {
  constructor(private readonly audit: AuditService) {
    super();
  }

  async now(tx: Tx): Promise<{ size: number; head: string }> {
    const { size, head } = await this.audit.checkpointNow(tx);
    return { size, head };
  }
}

@Injectable()
export class EnforcementFactsGate extends EnforcementGate {
  constructor(private readonly enforcement: EnforcementService) {
    super();
  }

  facts(tx: Tx, accountId: string): Promise<{ openCase: boolean; sanctioned: boolean }> {
    return this.enforcement.factsOf(tx, accountId);
  }
}

/** Kinds of review task. */
const DECIDE = 'deregistration';
const STALLED = 'deregistration_stalled';
defineOutcomes(DECIDE, ['approved', 'rejected', 'withdrawn']);
defineOutcomes(STALLED, ['goes_on']);
/** Somebody is waiting for data that should be gone: before ordinary work. */
const URGENT = 80;

@Injectable()
export class ReviewTasksGate extends ReviewGate {
  constructor(private readonly tasks: ReviewService) {
    super();
  }

  async open(tx: Tx, ref: ReviewRef, due: { at: Date; provisional: boolean }): Promise<void> {
    const { deregistrationId: subjectId, accountId } = ref;
    await this.tasks.open(tx, { kind: DECIDE, subjectId, accountId, dueAt: due.at, provisionalDue: due.provisional });
  }

  async moveDue(tx: Tx, ref: ReviewRef, dueAt: Date, provisionalDue: boolean): Promise<void> {
    await this.tasks.reprioritise(tx, { kind: DECIDE, subjectId: ref.deregistrationId }, { dueAt, provisionalDue });
  }

  async raise(tx: Tx, ref: ReviewRef, dueAt: Date): Promise<void> {
    // Without the account: it is being erased, and a task that names it would be residue.
    await this.tasks.open(tx, { kind: STALLED, subjectId: ref.deregistrationId, dueAt, priority: URGENT });
  }

  async requireClaim(tx: Tx, ref: ReviewRef, actor: Actor): Promise<void> {
    await this.tasks.requireClaim(tx, { kind: DECIDE, subjectId: ref.deregistrationId }, actor.id);
  }

  async finish(tx: Tx, ref: ReviewRef, actor: Actor, outcome: ReviewOutcome): Promise<void> {
    await this.tasks.complete(tx, { kind: DECIDE, subjectId: ref.deregistrationId }, actor, outcome);
  }

  cancel(tx: Tx, ref: ReviewRef, actor: Actor): Promise<void> {
    return this.tasks.cancel(tx, { kind: DECIDE, subjectId: ref.deregistrationId }, actor, 'withdrawn');
  }

  settle(tx: Tx, ref: ReviewRef): Promise<void> {
    return this.tasks.cancel(tx, { kind: STALLED, subjectId: ref.deregistrationId }, SYSTEM, 'goes_on');
  }
}
