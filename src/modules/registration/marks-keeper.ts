import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { sqlState, Transactor } from '../../platform/database/transactor.js';
import { PostgresAttemptCounters } from './attempt-counters.store.js';
import { RulesStore } from './rules.store.js';

const BATCH = 5_000;
const MONTHS_AHEAD = 2;
/** The default partition already holds rows of that month: it stays there, whole. */
const CHECK_VIOLATION = '23514';

/** Keeps the counters small and the months of decisions ahead. */
@Injectable()
export class MarksKeeper {
  private readonly log = new Logger('RegistrationMonths');

  constructor(
    private readonly counters: PostgresAttemptCounters,
    private readonly rules: RulesStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  forgetDue(): Promise<number> {
    return this.counters.sweep(this.clock.now(), BATCH);
  }

  async keepMonths(): Promise<void> {
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) {
      const month = addPeriod(this.clock.now(), `P${ahead}M`).toISOString().slice(0, 7);
      try {
        await this.transactor.run((tx) => this.rules.createMonth(tx, `${month}-01`));
      } catch (error) {
        if (sqlState(error) !== CHECK_VIOLATION) throw error;
        this.log.warn(`decisions of ${month} stay in the default partition`);
      }
    }
  }
}
