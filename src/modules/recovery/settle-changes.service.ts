import { Injectable, Logger } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { RebindService } from '../accounts/rebind.service.js';
import { isAboutGuardian } from './domain/appeal-subject.js';
import { ChangeNotices } from './change-notices.js';
import { GuardianAppeals } from './guardian-appeals.service.js';
import { IdentifierChangeSteps } from './identifier-change-steps.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import { RecoveryStore } from './recovery.store.js';

/** What the passing of time does to changes of number: bound, expired, or failed because things are no longer so. */
@Injectable()
export class SettleChangesService {
  private readonly log = new Logger('IdentifierChanges');

  constructor(
    private readonly store: RecoveryStore,
    private readonly steps: IdentifierChangeSteps,
    private readonly accounts: AccountsService,
    private readonly rebinding: RebindService,
    private readonly guardians: GuardianAppeals,
    private readonly notices: ChangeNotices,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Changes whose time has come, each on its own: one that fails does not hold up the others. @returns how many went */
  async settleDue(limit: number): Promise<number> {
    let settled = 0;
    for (const id of await this.store.dueChanges(this.transactor.reader, this.clock.now(), limit)) {
      try {
        await this.settle(id, SYSTEM);
        settled += 1;
      } catch (error) {
        this.log.error(`identifier change ${id} was not settled`, error instanceof Error ? error.stack : undefined);
      }
    }
    return settled;
  }

  /** One due change: completed, expired or failed, each in its own transaction. Already done is fine. */
  private settle(changeId: string, actor: Actor): Promise<void> {
    return this.transactor.run(async (tx) => {
      const seen = await this.store.findChange(tx, changeId);
      if (seen === undefined) return;
      const account = await this.accounts.lockForUpdate(tx, seen.accountId);
      const change = await this.steps.mustLock(tx, changeId, account.id);
      const now = this.clock.now();
      if (change.state === 'requested' && change.expiresAt <= now) {
        await this.steps.move(tx, change, 'expire', actor);
      } else if (change.state === 'cooling_off' && change.effectiveAt !== null && change.effectiveAt <= now) {
        await this.complete(tx, change, account, actor);
      }
    });
  }

  /** Status is looked at now, not when the change was asked for (row 8). */
  private async complete(tx: Tx, change: IdentifierChangeRow, account: Account, actor: Actor): Promise<void> {
    if (isAboutGuardian(change.about)) return this.completeForGuardian(tx, change, account, actor);
    const number = this.steps.numberOf(change);
    const allowed =
      account.tombstonedAt === null &&
      (change.origin === 'recovery'
        ? ['active', 'frozen', 'closed'].includes(account.state)
        : account.state === 'active');
    if (!allowed) return this.fail(tx, change, actor, 'account_state');
    if (!(await this.steps.isFree(tx, number, { id: account.id, mayHoldIt: true })))
      return this.fail(tx, change, actor, 'identifier_taken');
    const reason = change.origin === 'recovery' ? 'recovered' : 'identifier_changed';
    const old = await this.rebinding.rebind(tx, account.id, { phone: number, reason, actor });
    await this.steps.move(tx, change, 'complete', actor);
    await this.steps.endAppeal(tx, change, 'completed', actor);
    await this.notices.changeDone(tx, change, [...old, number]);
  }

  private async completeForGuardian(
    tx: Tx,
    change: IdentifierChangeRow,
    account: Account,
    actor: Actor,
  ): Promise<void> {
    const outcome = await this.guardians.handOver(tx, change, account, this.steps.numberOf(change));
    if ('failure' in outcome) return this.fail(tx, change, actor, outcome.failure);
    await this.steps.move(tx, change, 'complete', actor);
    await this.steps.endAppeal(tx, change, 'completed', actor);
    await this.notices.guardianChangeDone(tx, change, outcome.tell);
  }

  private async fail(tx: Tx, change: IdentifierChangeRow, actor: Actor, failure: string): Promise<void> {
    await this.steps.move(tx, change, 'fail', actor, { failure });
    await this.steps.endAppeal(tx, change, 'failed', actor);
  }
}
