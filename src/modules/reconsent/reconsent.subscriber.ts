import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { AGREEMENT_EVENTS } from '../agreements/agreements.events.js';
import { ReconsentService } from './reconsent.service.js';

@Injectable()
export class ReconsentSubscriber {
  constructor(private readonly reconsent: ReconsentService) {}

  @OnEvent(AGREEMENT_EVENTS.versionPublished)
  async versionPublished(tx: Tx, event: OutboxEvent): Promise<void> {
    const { documentId, version } = event.data as { documentId: string; version: string };
    await this.reconsent.rollOut(tx, documentId, version);
  }

  /** Who agreed after a revision was announced and before it takes effect hears of it here. */
  @OnEvent(AGREEMENT_EVENTS.accepted)
  async accepted(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId !== null) await this.reconsent.reconcile(tx, event.accountId);
  }
}
