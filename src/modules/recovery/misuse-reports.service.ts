import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AuditService } from '../audit/audit.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { FreezeService } from '../accounts/freeze.service.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_EVENTS } from './recovery.events.js';

export const MISUSE_KIND = 'account_misuse';
defineOutcomes(MISUSE_KIND, ['misuse_confirmed', 'confirmed_and_unfrozen', 'no_misuse_found']);
const URGENT = 80;
const ORDINARY = 50;

export interface MisuseReview {
  readonly outcome: 'misuse_confirmed' | 'no_misuse_found';
  /** Lifts the freeze for an owner who cannot; the owner can with a code. */
  readonly unfreeze: boolean;
  readonly note?: string;
}

export interface MisuseReviewed {
  readonly accountId: string;
  readonly outcome: MisuseReview['outcome'];
  readonly state: string;
}

const endedIn = ({ outcome, unfreeze }: MisuseReview): string =>
  outcome === 'misuse_confirmed' && unfreeze ? 'confirmed_and_unfrozen' : outcome;

/** "Someone else is using my account": after the freeze, a person looks at it (2.4). The task is the file. */
@Injectable()
export class MisuseReportsService {
  constructor(
    private readonly review: ReviewService,
    private readonly accounts: AccountsService,
    private readonly freezes: FreezeService,
    private readonly audit: AuditService,
    private readonly transactor: Transactor,
    private readonly config: RecoveryConfig,
  ) {}

  /** One task an account, however often it is frozen while the task is open. */
  async open(tx: Tx, accountId: string, reportedAt: Date): Promise<void> {
    const dueAt = addPeriod(reportedAt, this.config.reviewWithin);
    await this.review.open(tx, { kind: MISUSE_KIND, subjectId: accountId, accountId, dueAt, priority: URGENT });
  }

  /** The owner is back in control; what happened is still worth a look. */
  lowerPriority(tx: Tx, accountId: string): Promise<void> {
    return this.review.reprioritise(tx, { kind: MISUSE_KIND, subjectId: accountId }, { priority: ORDINARY });
  }

  /** By whoever holds the task. Sanctions against others are decided in a case of their own. */
  decide(once: Once, accountId: string, what: MisuseReview, actor: Actor): Promise<MisuseReviewed> {
    return this.transactor.once(once, (tx) => this.decideIn(tx, accountId, what, actor));
  }

  async decideIn(tx: Tx, accountId: string, what: MisuseReview, actor: Actor): Promise<MisuseReviewed> {
    const account = await this.accounts.lockForUpdate(tx, accountId);
    await this.review.complete(tx, { kind: MISUSE_KIND, subjectId: accountId }, actor, endedIn(what));
    await this.audit.record(tx, {
      type: RECOVERY_EVENTS.misuseReviewed,
      actor,
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: ['2.4', 'REG-9'],
      data: {
        outcome: what.outcome,
        unfreeze: what.unfreeze,
        ...(what.note === undefined ? {} : { note: what.note }),
      },
    });
    const lift = what.unfreeze && account.state === 'frozen';
    const state = lift ? (await this.freezes.unfreezeLocked(tx, account, actor)).state : account.state;
    return { accountId, outcome: what.outcome, state };
  }
}
