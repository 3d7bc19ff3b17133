import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { OrdersService } from './orders.service.js';
import { OrdersStore, type RemovalRecord } from './orders.store.js';
import { SanctionsStore } from './sanctions.store.js';

/** A content system answers for its own content (ENF-7); when all have answered, the measure is fulfilled. */
@Injectable()
export class AcknowledgeRemovalService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly store: OrdersStore,
    private readonly orders: OrdersService,
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** By a person: a system that stays silent, or that refused and was talked to. */
  askAgain(id: string, actor: Actor): Promise<RemovalRecord> {
    return this.transactor.run(async (tx) => {
      const removal = await this.store.lockRemoval(tx, id);
      if (removal === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
      const asked = await this.orders.askOneAgain(tx, id, actor);
      if (asked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_answered);
      return asked;
    });
  }

  /** Answering twice the same is answering once. @throws DomainError removal_not_found also for another system's content */
  acknowledge(
    id: string,
    answer: { outcome: 'removed' | 'not_found' | 'refused'; note?: string | undefined },
    service: Actor,
  ): Promise<RemovalRecord> {
    return this.transactor.run(async (tx) => {
      const removal = await this.store.lockRemoval(tx, id);
      if (removal?.system !== service.id) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
      const taken = await this.store.answerRemoval(
        tx,
        id,
        answer.outcome,
        service.id,
        answer.note ?? null,
        this.clock.now(),
      );
      if (!taken) return removal;
      await this.journal.note(tx, {
        type: ENFORCEMENT_EVENTS.contentRemovalAnswered,
        actor: service,
        accountId: removal.accountId,
        target: { kind: 'content_removal', id },
        clauses: ['ENF-7', '7.1'],
        data: { outcome: answer.outcome, sanctionId: removal.sanctionId },
      });
      await this.accounts.lockForUpdate(tx, removal.accountId);
      const all = await this.store.removalsOf(tx, removal.sanctionId);
      const open = all.filter((r) => r.state === 'asked' || r.state === 'refused');
      const sanction = await this.sanctions.lock(tx, removal.sanctionId);
      if (open.length === 0 && sanction?.state === 'active') {
        await this.applying.withdraw(tx, sanction, 'fulfil', service, 'removed');
      }
      return { ...removal, state: answer.outcome };
    });
  }
}
