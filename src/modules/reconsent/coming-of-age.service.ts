import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod, legalDay } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AccountsService, type AgeBand } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { StandingService, type StandingSource } from '../accounts/standing.service.js';
import { AgreementsService, type VersionRef } from '../agreements/agreements.service.js';
import { AuditService } from '../audit/audit.service.js';
import { ReconsentConfig } from './reconsent.config.js';
import { RECONSENT_EVENTS } from './reconsent.events.js';

const CODE = 'own_acceptance_pending';
const CLAUSES = ['2.1', 'MIN-2', 'AGR-2'];
/** At 14 the person consents to the use of their data, at 18 to the contract (PIPL 31, 民法典 17). At 8 nobody is asked. */
const ASKED_AT: readonly AgeBand[] = ['14_17', '18_plus'];

/**
 * A guardian agreed for a child; who comes of age answers for themselves (MIN-2). The guardian's consent still carries the
 * account meanwhile, until the day on which the own answer is due.
 */
@Injectable()
export class ComingOfAgeService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly standing: StandingService,
    private readonly agreements: AgreementsService,
    private readonly messages: MessageQueue,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly config: ReconsentConfig,
    private readonly clock: Clock,
  ) {}

  async ask(tx: Tx, accountId: string, band: AgeBand): Promise<void> {
    if (!ASKED_AT.includes(band)) return;
    const account = await this.accounts.lockForUpdate(tx, accountId);
    if (account.state === 'deregistered' || account.tombstonedAt !== null) return;
    const dueAt = addPeriod(this.clock.now(), this.config.ownAcceptanceWithin);
    // One source: who turns 18 without having answered at 14 is asked once, with the new day.
    await this.standing.setPending(tx, accountId, {
      code: CODE,
      clause: '2.1',
      source: sourceOf(accountId),
      dueAt,
      blocksWhenDue: true,
    });
    await this.note(tx, accountId, RECONSENT_EVENTS.ownAcceptanceAsked, SYSTEM, { band, dueAt: dueAt.toISOString() });
    const to = await this.identifiers.phoneOf(tx, accountId);
    if (to === undefined) return;
    await this.messages.enqueue(tx, {
      to,
      template: 'own_acceptance_due',
      params: { dueBefore: legalDay(dueAt) },
      locale: account.locale,
      accountId,
      dedupeKey: `own-acceptance-${accountId}-${band}`,
    });
  }

  /** The person accepted: done once it covers every document in effect. The account is locked by the caller. */
  async accepted(tx: Tx, accountId: string, versions: readonly VersionRef[]): Promise<void> {
    const { pending } = await this.standing.within(tx, accountId);
    if (!pending.some((p) => p.code === CODE)) return;
    const required = await this.agreements.requiredAt(this.clock.now(), tx);
    const has = (r: VersionRef): boolean =>
      versions.some((v) => v.documentId === r.documentId && v.version === r.version);
    if (!required.every(has)) return;
    await this.standing.clearPending(tx, accountId, sourceOf(accountId), CODE);
    // The ledger may hold the same version from the years as a minor: this is the proof that it was agreed to again.
    await this.note(
      tx,
      accountId,
      RECONSENT_EVENTS.ownAcceptanceGiven,
      { kind: 'account', id: accountId },
      { versions },
    );
  }

  private async note(
    tx: Tx,
    accountId: string,
    type: string,
    actor: Actor,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.audit.record(tx, {
      type,
      actor,
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: CLAUSES,
      data,
    });
    await this.outbox.publish(tx, { type, accountId, subjectId: accountId, data });
  }
}

const sourceOf = (accountId: string): StandingSource => ({ kind: 'coming_of_age', id: accountId });
