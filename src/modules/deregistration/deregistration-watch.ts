import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { DeregistrationStore } from './deregistration.store.js';

/** What operators alert on: people past their due date, sagas that stand still, participants that do not answer. */
@Injectable()
export class DeregistrationWatch implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly store: DeregistrationStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const gauges = [
      [
        'deregistration_oldest_overdue_seconds',
        'How long the oldest open request is past its legal due date',
        'overdue',
      ],
      [
        'deregistration_oldest_partial_seconds',
        'How long the oldest partially executed request stands still',
        'partial',
      ],
      [
        'deregistration_oldest_unanswered_seconds',
        'How long the oldest unanswered participant request is out',
        'unanswered',
      ],
    ] as const;
    for (const [name, help, which] of gauges) {
      this.metrics.gauge(name, help, [], async () => {
        const ages = await this.store.oldest(this.transactor.reader, this.clock.now());
        return [{ labels: {}, value: ages[which] }];
      });
    }
  }
}
