import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../database/transactor.js';
import { Metrics, type Sample } from '../telemetry/metrics.js';
import { InboxStore } from './inbox.store.js';
import { OutboxStore } from './outbox.store.js';

/** Ages, not counts, are what alerts: a backlog that moves is load, an old one is a fault. */
@Injectable()
export class OutboxMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly outbox: OutboxStore,
    private readonly inbox: InboxStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const { reader } = this.transactor;
    this.metrics.gauge('outbox_lag_seconds', 'Age of the oldest event that is not relayed.', [], async () =>
      this.age(await this.outbox.oldestPendingAt(reader)),
    );
    this.metrics.gauge(
      'event_deliveries_overdue_seconds',
      'How late the oldest due event of a consumer is.',
      [],
      async () => this.age((await this.inbox.backlog(reader)).oldestDueAt),
    );
    this.metrics.gauge('event_deliveries_parked', 'Events that a consumer gave up on; alert above 0.', [], async () => [
      { labels: {}, value: (await this.inbox.backlog(reader)).parked },
    ]);
  }

  private age(at: Date | null): Sample<never>[] {
    const seconds = at === null ? 0 : (this.clock.now().getTime() - at.getTime()) / 1000;
    return [{ labels: {}, value: Math.max(0, seconds) }];
  }
}
