import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { periodMs } from '../../kernel/period.js';
import { rows } from '../../platform/database/sql.js';
import { sqlState, Transactor, type Tx } from '../../platform/database/transactor.js';
import { RetentionConfig } from './retention.config.js';
import { RunStore } from './run.store.js';

/** query_canceled, lock_not_available: what `statement_timeout` and `lock_timeout` end with. */
const TIMEOUTS = new Set(['57014', '55P03']);
const THROTTLE_MS = 200;
const THROTTLE_TRIES = 50;
/** How long one look at the pressure counts: looking costs, too. */
const CALM_MS = 200;

/** What a batch may cost everybody else: its time, its wait for locks, and the pressure under which it does not begin. */
@Injectable()
export class BatchLimits {
  private calmUntil = 0;

  constructor(
    private readonly transactor: Transactor,
    private readonly runs: RunStore,
    private readonly config: RetentionConfig,
  ) {}

  /** Limits every statement of `tx`, and its wait for each lock. */
  async limitTime(tx: Tx): Promise<void> {
    await rows(tx, `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)`, [
      String(periodMs(this.config.batchStatementTimeout)),
      String(periodMs(this.config.batchLockTimeout)),
    ]);
  }

  /** People's requests come first: a batch waits while replicas lag or sessions queue for locks, but not for ever. */
  async waitForCalm(): Promise<void> {
    if (performance.now() < this.calmUntil) return;
    for (let tries = 0; tries < THROTTLE_TRIES; tries += 1) {
      const { lagBytes, lockWaiters } = await this.runs.pressure(this.transactor.reader);
      if (lagBytes <= this.config.maxReplicationLagBytes && lockWaiters <= this.config.maxLockWaiters) {
        this.calmUntil = performance.now() + CALM_MS;
        return;
      }
      await sleep(THROTTLE_MS);
    }
  }
}

/** Whether a batch failed because it was too slow for its limits. */
export const tookTooLong = (error: unknown): boolean => TIMEOUTS.has(sqlState(error) ?? '');
