import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { OnEvent } from '../../platform/outbox/on-event.js';
import type { OutboxEvent } from '../../platform/outbox/outbox-event.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import type { AgeBand } from '../accounts/accounts.service.js';
import { AGREEMENT_EVENTS } from '../agreements/agreements.events.js';
import { ComingOfAgeService } from './coming-of-age.service.js';
import { ReconsentService } from './reconsent.service.js';

@Injectable()
export class ReconsentSubscriber {
  constructor(
    private readonly reconsent: ReconsentService,
    private readonly comingOfAge: ComingOfAgeService,
  ) {}

  @OnEvent(ACCOUNT_EVENTS.cameOfAge)
  async cameOfAge(tx: Tx, event: OutboxEvent): Promise<void> {
    if (event.accountId === null) return;
    await this.comingOfAge.ask(tx, event.accountId, event.data['band'] as AgeBand);
    // What waited for the guardian's answer waits for the person's from today on.
    await this.reconsent.reconcile(tx, event.accountId);
  }

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
