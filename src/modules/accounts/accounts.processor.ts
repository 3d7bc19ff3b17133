import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { BirthdaysService } from './birthdays.service.js';
import { IdentifiersService } from './identifiers.service.js';
import { StandingService } from './standing.service.js';

const BATCH = 200;

/** What time alone has changed: told to others, and tidied. Nobody's rights wait for any of this. */
@Injectable()
export class AccountsProcessor {
  constructor(
    private readonly standing: StandingService,
    private readonly birthdays: BirthdaysService,
    private readonly identifiers: IdentifiersService,
    private readonly transactor: Transactor,
  ) {}

  /** Suspensions that ended, restrictions that began: `account.standing_changed` for each. */
  @Sweep({ name: 'standing.tell-due-changes', every: 'PT1S' })
  tellStanding(): Promise<number> {
    return this.standing.tellDueChanges(BATCH);
  }

  @Sweep({ name: 'accounts.tell-birthdays', every: 'PT1M' })
  tellBirthdays(): Promise<number> {
    return this.birthdays.tellDue(BATCH);
  }

  /** The digest of a barred identifier goes when the bar ends (7.1). */
  @Sweep({ name: 'identifiers.forget-ended-bars', every: 'PT1M' })
  forgetBars(): Promise<number> {
    return this.transactor.run((tx) => this.identifiers.forgetEndedBars(tx, BATCH));
  }
}
