import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { ChainEventsService } from './chain-events.service.js';

/** The figure to alert on: above a few seconds nobody chains, and what happened is not yet provable. */
@Injectable()
export class AuditMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly chain: ChainEventsService,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge('audit_chain_lag_seconds', 'Age of the oldest audit event without a link.', [], async () => [
      { labels: {}, value: await this.chain.lagSeconds() },
    ]);
  }
}
