import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuditService } from '../audit/audit.service.js';
import { GuardianshipConfig } from './guardianship.config.js';
import { CONSENT_NEVER_GIVEN } from './guardianship.events.js';
import { WaitingWardsStore } from './waiting-wards.store.js';

const BATCH = 100;

/** A minor whose guardian never consents is not kept for ever: waiting has an end, and then the account goes (2.1). */
@Injectable()
export class WaitingWards {
  constructor(
    private readonly store: WaitingWardsStore,
    private readonly accounts: AccountsService,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly transactor: Transactor,
    private readonly config: GuardianshipConfig,
    private readonly clock: Clock,
  ) {}

  /** Waiting begins, or begins again because somebody else is asked. */
  begin(
    tx: Tx,
    accountId: string,
    decideBefore: Date = addPeriod(this.clock.now(), this.config.decisionPeriod),
  ): Promise<void> {
    return this.store.waitUntil(tx, accountId, addPeriod(decideBefore, this.config.unconsentedEndsAfter));
  }

  /** The guardian refused or let the time pass: the minor may ask somebody else until then. */
  unanswered(tx: Tx, accountId: string): Promise<void> {
    return this.store.moveDue(tx, accountId, addPeriod(this.clock.now(), this.config.unconsentedEndsAfter));
  }

  /** Whether the account waits for a guardian. It does from the moment on at which the one named was looked at. */
  isWaiting(tx: Tx, accountId: string): Promise<boolean> {
    return this.store.isWaiting(tx, accountId);
  }

  done(tx: Tx, accountId: string): Promise<void> {
    return this.store.done(tx, accountId);
  }

  /** One batch. @returns how many were looked at */
  async endDue(): Promise<number> {
    const due = await this.store.due(this.transactor.reader, this.clock.now(), BATCH);
    for (const id of due) await this.transactor.run((tx) => this.end(tx, id));
    return due.length;
  }

  private async end(tx: Tx, accountId: string): Promise<void> {
    const account = await this.accounts.find(tx, accountId);
    if (account === undefined || account.tombstonedAt !== null) return this.store.done(tx, accountId);
    const { state } = await this.accounts.lockForUpdate(tx, accountId);
    const now = this.clock.now();
    if (!(await this.store.isDue(tx, accountId, now))) return;
    // Looked at again later: a deregistration that is withdrawn or obstructed must not leave it here for ever.
    await this.unanswered(tx, accountId);
    if (state !== 'awaiting_guardian') return;
    await this.audit.record(tx, {
      type: CONSENT_NEVER_GIVEN,
      actor: SYSTEM,
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: ['2.1', 'MIN-1'],
    });
    await this.outbox.publish(tx, { type: CONSENT_NEVER_GIVEN, accountId, subjectId: accountId, data: { accountId } });
  }
}
