import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { decodeCursor, type Page, pageOf, type PageQuery } from '../../platform/http/paging.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { targetProblem } from '../../platform/outbound/address-guard.js';
import { AuditService } from '../audit/audit.service.js';
import { WebhookDeliveriesStore } from './webhook-deliveries.store.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookTargets } from './webhook-targets.js';
import type { CreateWebhookEndpointDto, WebhookEndpointDto, WebhookSecretDto } from './webhooks.dto.js';
import { WEBHOOK_ERRORS } from './webhooks.errors.js';
import { type Endpoint, WebhooksStore } from './webhooks.store.js';

const CLAUSES = ['operation'];

/** Who is told of events. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly store: WebhooksStore,
    private readonly deliveries: WebhookDeliveriesStore,
    private readonly secrets: WebhookSecrets,
    private readonly targets: WebhookTargets,
    private readonly audit: AuditService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  async create(actor: Actor, wanted: CreateWebhookEndpointDto, once: Once): Promise<WebhookSecretDto> {
    const problem = targetProblem(wanted.url, this.targets.rules);
    if (problem !== undefined)
      throw new DomainError(WEBHOOK_ERRORS.webhook_target_refused, {
        detail: { en: `url ${problem}`, zh: `网址不可用：${problem}` },
      });
    return this.transactor.once(once, async (tx) => {
      if ((await this.store.countLive(tx)) >= this.targets.config.maxEndpoints) {
        throw new DomainError(WEBHOOK_ERRORS.too_many_webhook_endpoints);
      }
      const now = this.clock.now();
      const { url, eventTypes, description = null } = wanted;
      const endpoint = { id: newId(), url, eventTypes, description, createdAt: now };
      await this.store.insert(tx, { ...endpoint, createdBy: actor.id });
      const secret = await this.secrets.issue(tx, endpoint.id, now);
      await this.record(tx, 'webhook_endpoint.created', actor, endpoint.id);
      return { ...present(endpoint), secret, previousSecretUntil: null };
    });
  }

  async list({ limit, cursor }: PageQuery): Promise<Page<WebhookEndpointDto>> {
    const found = await this.store.list(this.transactor.reader, decodeCursor(cursor), limit);
    return pageOf(found, limit, (e) => [e.createdAt, e.id], present);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      if (!(await this.store.remove(tx, id, this.clock.now()))) throw new DomainError(HTTP_ERRORS.not_found);
      await this.deliveries.cancelFor(tx, id);
      await this.record(tx, 'webhook_endpoint.deleted', actor, id);
    });
  }

  rotate(actor: Actor, id: string, once: Once): Promise<WebhookSecretDto> {
    return this.transactor.once(once, async (tx) => {
      const endpoint = await this.store.lock(tx, id);
      if (endpoint === undefined) throw new DomainError(HTTP_ERRORS.not_found);
      const now = this.clock.now();
      const until = addPeriod(now, this.targets.config.secretOverlap);
      await this.store.endSecrets(tx, id, now, until);
      const secret = await this.secrets.issue(tx, id, now);
      await this.record(tx, 'webhook_endpoint.secret_rotated', actor, id);
      return { ...present(endpoint), secret, previousSecretUntil: until.toISOString() };
    });
  }

  /** What no longer signs is not kept. */
  @Sweep({ name: 'webhooks.drop-expired-secrets', every: 'PT10M' })
  dropExpiredSecrets(): Promise<number> {
    return this.transactor.run((tx) => this.store.dropExpiredSecrets(tx, this.clock.now(), 100));
  }

  private async record(tx: Tx, type: string, actor: Actor, id: string): Promise<void> {
    await this.audit.record(tx, { type, actor, target: { kind: 'webhook_endpoint', id }, clauses: CLAUSES });
  }
}

const present = ({ id, url, eventTypes, description, createdAt }: Endpoint): WebhookEndpointDto => ({
  id,
  url,
  eventTypes,
  description,
  createdAt: createdAt.toISOString(),
});
