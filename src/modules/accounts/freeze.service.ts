import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Once } from '../../platform/database/once.js';
import { refusalOfCode } from '../verification/verification.service.js';
import { AccountJournal } from './account-journal.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { type Account, AccountsService } from './accounts.service.js';
import { SessionsService } from './sessions.service.js';
import { StepUpService } from './step-up.service.js';

export interface Frozen {
  readonly accountId: string;
  readonly state: string;
  readonly sessionsEnded: number;
}

/** "Someone else is using my account" (2.4): everything stops at once, then people look at it. */
@Injectable()
export class FreezeService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly stepUp: StepUpService,
    private readonly journal: AccountJournal,
    private readonly transactor: Transactor,
  ) {}

  /**
   * Freezes and ends every session, the one that asked included: which of them are the owner's nobody knows yet. The event
   * opens a case where misuse was reported.
   */
  freeze(once: Once, accountId: string, report: { misuse: boolean }): Promise<Frozen> {
    return this.transactor.once(once, async (tx) => {
      const account = await this.accounts.lockFor(tx, accountId, 'freeze');
      return this.freezeLocked(tx, account, { kind: 'account', id: accountId }, report);
    });
  }

  /** Part of a larger act: an objection against a re-binding, a decision of staff. The account is locked. */
  async freezeLocked(tx: Tx, account: Account, actor: Actor, report: { misuse: boolean }): Promise<Frozen> {
    const frozen = await this.accounts.move(tx, account, 'freeze', { actor, clauses: ['2.4', 'REG-9'] });
    const sessionsEnded = await this.sessions.endAll(tx, account.id, 'frozen', { actor });
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.frozen,
      accountId: account.id,
      actor,
      clauses: ['2.4', 'REG-9'],
      data: { reportedMisuse: report.misuse },
    });
    return { accountId: account.id, state: frozen.state, sessionsEnded };
  }

  /** The owner proves to have the number once more. @throws DomainError code_invalid, not_in_this_state */
  async unfreeze(once: Once, accountId: string, code: string): Promise<Frozen> {
    const actor: Actor = { kind: 'account', id: accountId };
    const outcome = await this.transactor.once(once, async (tx) => {
      const account = await this.accounts.lockFor(tx, accountId, 'unfreeze');
      const check = await this.stepUp.check(tx, accountId, 'step_up', code);
      if (!check.right) return { refused: check.attemptsLeft };
      return { done: await this.unfreezeLocked(tx, account, actor) };
    });
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    return outcome.done;
  }

  async unfreezeLocked(tx: Tx, account: Account, actor: Actor): Promise<Frozen> {
    const active = await this.accounts.move(tx, account, 'unfreeze', { actor, clauses: ['2.4', 'REG-9'] });
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.unfrozen,
      accountId: account.id,
      actor,
      clauses: ['2.4', 'REG-9'],
    });
    return { accountId: account.id, state: active.state, sessionsEnded: 0 };
  }
}
