import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { OutboxConfig } from '../../platform/outbox/outbox.config.js';
import type { PostOutcome } from '../../platform/outbound/guarded-post.js';
import { backoffMs } from '../../platform/queues/backoff.js';
import { type JobClaim, type JobSource, JobSources } from '../../platform/queues/job-sources.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { DELIVERY } from './domain/delivery-lifecycle.js';
import { type Attempt, type Outgoing, WebhookDeliveriesStore } from './webhook-deliveries.store.js';
import { cloudEventOf, signedHeaders } from './webhook-message.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookTargets } from './webhook-targets.js';
import { WebhooksStore } from './webhooks.store.js';

/** Sends what is due: read, send, write down what came of it; no transaction is open meanwhile. */
@Injectable()
export class SendWebhookService implements JobSource, OnModuleInit {
  readonly job = 'send-webhook';
  private readonly log = new Logger('Webhooks');

  constructor(
    private readonly store: WebhookDeliveriesStore,
    private readonly endpoints: WebhooksStore,
    private readonly secrets: WebhookSecrets,
    private readonly targets: WebhookTargets,
    private readonly sources: JobSources,
    private readonly transactor: Transactor,
    private readonly outbox: OutboxConfig,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
    const { reader } = this.transactor;
    this.metrics.gauge('webhook_deliveries_parked', 'Webhooks given up on; alert above 0.', [], async () => [
      { labels: {}, value: (await this.store.backlog(reader)).parked },
    ]);
    this.metrics.gauge('webhook_deliveries_overdue_seconds', 'How late the oldest due webhook is.', [], async () => {
      const { oldestDueAt } = await this.store.backlog(reader);
      const late = oldestDueAt === null ? 0 : (this.clock.now().getTime() - oldestDueAt.getTime()) / 1000;
      return [{ labels: {}, value: Math.max(0, late) }];
    });
  }

  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    const claimed = await this.store.claim(tx, now, until, limit);
    return claimed.map(({ id, claims }) => ({ rowIds: [id], claim: claims }));
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.store.isDue(tx, now, claimedToo);
  }

  async send(id: string): Promise<void> {
    const { reader } = this.transactor;
    const delivery = await this.store.outgoing(reader, id);
    if (delivery === undefined) return;
    const endpoint = await this.endpoints.find(reader, delivery.endpointId);
    if (endpoint === undefined) return;
    const now = this.clock.now();
    const secrets = await this.secrets.valid(reader, endpoint.id, now);
    const body = cloudEventOf(delivery, this.outbox.source);
    const outcome = await this.targets.post(endpoint.url, signedHeaders(delivery.eventId, now, body, secrets), body);
    const attempt = this.judge(delivery, outcome, now);
    await this.transactor.run((tx) => this.store.finish(tx, delivery, attempt));
    if (attempt.state === 'parked') {
      this.log.error(
        `webhook delivery ${id} to endpoint ${endpoint.id} parked after ${delivery.attempts + 1} attempts`,
      );
    }
  }

  private judge(delivery: Outgoing, outcome: PostOutcome, now: Date): Attempt {
    const responseStatus = 'status' in outcome ? outcome.status : null;
    const lastError = 'failure' in outcome ? outcome.failure : outcome.status < 300 ? null : 'refused';
    const retryAt = this.retryAt(delivery, now);
    const command = lastError === null ? 'succeed' : retryAt > delivery.parkAt ? 'park' : 'retry';
    const state = DELIVERY.move(delivery.state, command);
    return { state, at: now, dueAt: command === 'retry' ? retryAt : delivery.dueAt, responseStatus, lastError };
  }

  private retryAt(delivery: Outgoing, now: Date): Date {
    const { retryAfter, retryCap } = this.targets.config;
    return new Date(now.getTime() + backoffMs(delivery.attempts + 1, retryAfter, retryCap));
  }
}
