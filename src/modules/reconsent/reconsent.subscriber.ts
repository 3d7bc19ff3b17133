import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { AGREEMENT_EVENTS } from '../agreements/agreements.events.js';
import { ReconsentService } from './reconsent.service.js';
import { ReconsentStore } from './reconsent.store.js';

@Injectable()
export class ReconsentSubscriber {
  constructor(
    private readonly reconsent: ReconsentService,
    private readonly store: ReconsentStore,
    private readonly clock: Clock,
  ) {}

  @OnEvent(AGREEMENT_EVENTS.versionPublished)
  async versionPublished(tx: Tx, event: OutboxEvent): Promise<void> {
    const { documentId, version } = event.data as { documentId: string; version: string };
    await this.store.startRollout(tx, documentId, version, this.clock.now());
  }

  /** Who agreed after a revision was announced and before it takes effect hears of it here. */
  @OnEvent(AGREEMENT_EVENTS.accepted)
  async accepted(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId !== null) await this.reconsent.reconcile(tx, event.accountId);
  }
}
