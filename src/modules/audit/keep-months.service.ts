import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { sqlState, Transactor } from '../../platform/database/transactor.js';
import { AuditConfig } from './audit.config.js';
import { ChainStore } from './chain.store.js';
import { monthsFrom } from './domain/months.js';

/** The default partition already holds rows of that month: a month that was missed stays there, whole. */
const CHECK_VIOLATION = '23514';

/** Keeps this and the next months' partitions ready. An event is never lost without: the default partition takes it. */
@Injectable()
export class KeepMonthsService {
  private readonly log = new Logger('AuditMonths');
  private known = '';

  constructor(
    private readonly transactor: Transactor,
    private readonly store: ChainStore,
    private readonly config: AuditConfig,
    private readonly clock: Clock,
  ) {}

  async keepAhead(): Promise<void> {
    const months = monthsFrom(this.clock.now(), this.config.monthsAhead);
    const current = months[0] ?? '';
    if (this.known === current) return;
    for (const month of months) await this.create(month);
    this.known = current;
  }

  private async create(month: string): Promise<void> {
    try {
      const made = await this.transactor.run((tx) => this.store.createMonth(tx, month));
      if (made) this.log.log(`partitions of ${month} created`);
    } catch (error) {
      if (sqlState(error) !== CHECK_VIOLATION) throw error;
      this.log.warn(`the month of ${month} stays in the default partition`);
    }
  }
}
