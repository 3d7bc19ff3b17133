import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountJournal } from './account-journal.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { AccountsService } from './accounts.service.js';
import { AccountsStore } from './accounts.store.js';
import { StandingService } from './standing.service.js';

/** Tells the house that somebody passed a bound of clause 2.1. Rights follow the birthday itself, also without this. */
@Injectable()
export class BirthdaysService {
  constructor(
    private readonly store: AccountsStore,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly journal: AccountJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** One batch. @returns how many accounts were looked at */
  tellDue(limit = 200): Promise<number> {
    return this.transactor.run(async (tx) => {
      const due = await this.store.claimBirthdays(tx, this.clock.now(), limit);
      for (const id of due) await this.tell(tx, id);
      return due.length;
    });
  }

  private async tell(tx: Tx, accountId: string): Promise<void> {
    const now = this.clock.now();
    const account = await this.accounts.find(tx, accountId);
    const { birthDate } = await this.accounts.detailsOf(tx, accountId);
    const before = account?.band ?? null;
    if (birthDate === null || before === null) {
      // Erased meanwhile: nobody's birthday any more.
      await this.store.stopBirthdays(tx, accountId);
      return;
    }
    const band = this.accounts.bandOf(birthDate, now);
    const checkAt = this.accounts.nextBandCheck(birthDate, now);
    if (band === before) {
      await this.store.saveBand(tx, accountId, band, checkAt, now);
      return;
    }
    await this.standing.change(tx, accountId, async () => {
      await this.store.saveBand(tx, accountId, band, checkAt, now);
      return true;
    });
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.cameOfAge,
      accountId,
      actor: SYSTEM,
      clauses: ['2.1', 'MIN-2'],
      data: { band, before },
    });
  }
}
