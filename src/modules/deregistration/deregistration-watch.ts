import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DueDeregistrationsStore } from './due-deregistrations.store.js';
import { ParticipantsStore } from './participants.store.js';

/** What operators alert on: people past their due date, sagas that stand still, participants that do not answer. */
@Injectable()
export class DeregistrationWatch implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly due: DueDeregistrationsStore,
    private readonly participants: ParticipantsStore,
    private readonly config: DeregistrationConfig,
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
        'deregistration_oldest_stuck_seconds',
        'How long no unit of an executing request was done, though it waits for nobody',
        'stuck',
      ],
    ] as const;
    for (const [name, help, which] of gauges) {
      this.metrics.gauge(name, help, [], async () => {
        const ages = await this.due.oldest(this.transactor.reader, this.clock.now());
        return [{ labels: {}, value: ages[which] }];
      });
    }
    this.metrics.gauge(
      'deregistration_oldest_unanswered_seconds',
      'How long ago the oldest execution began that a participant still owes an answer to',
      ['participant'],
      async () => {
        const owed = await this.participants.unanswered(this.transactor.reader, this.clock.now());
        const names = new Set([...this.config.participants.map((p) => p.name), ...owed.map((o) => o.participant)]);
        return [...names].map((participant) => {
          const seconds = owed.find((o) => o.participant === participant)?.seconds ?? 0;
          return { labels: { participant }, value: seconds };
        });
      },
    );
  }
}
