import { Injectable } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, legalDay } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { StandingService, type StandingSource } from '../accounts/standing.service.js';
import {
  type DisputeCommand,
  type DisputeOutcome,
  informationDisputeLifecycle,
  measuresOf,
} from './domain/information-dispute-lifecycle.js';
import { InformationConfig } from './information.config.js';
import type { InformationDisputeRow } from './information.entity.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { INFORMATION_EVENTS } from './information.events.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';

export interface NewDispute {
  readonly fields: readonly string[];
  readonly reason: string;
  readonly outcome: DisputeOutcome;
  readonly features: readonly string[];
}

export interface DisputeView {
  readonly id: string;
  readonly state: string;
  readonly outcome: string;
  readonly fields: readonly string[];
  readonly features: readonly string[];
  readonly reason: string;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly endedAt: string | null;
}

const CODE = 'information_disputed';
const CLAUSE = '2.2';

/** Information found false later: challenge, limited features or refusal, always with a way to put it right (REG-3). */
@Injectable()
export class InformationDisputesService {
  private readonly features: ReadonlySet<string>;

  constructor(
    private readonly store: InformationStore,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly standing: StandingService,
    private readonly journal: InformationJournal,
    private readonly messages: MessageQueue,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly config: InformationConfig,
    private readonly clock: Clock,
  ) {
    const { features } = parse(readFileSync(config.featuresFile, 'utf8')) as { features: { name: string }[] };
    this.features = new Set(features.map((f) => f.name));
  }

  /** @throws DomainError features_not_known, information_dispute_open, account_not_found, account_gone */
  open(once: Once, accountId: string, what: NewDispute, actor: Actor): Promise<DisputeView> {
    const known = what.features.every((f) => this.features.has(f));
    if (!known || what.features.length > 0 !== (what.outcome === 'limit_features')) {
      throw new DomainError(E.features_not_known, { extra: { known: [...this.features] } });
    }
    return this.transactor.once(once, async (tx) => {
      const account = await this.accounts.lockFor(tx, accountId, 'read');
      const now = this.clock.now();
      const id = newId();
      const dispute: InformationDisputeRow = {
        id,
        accountId,
        state: informationDisputeLifecycle.initial,
        outcome: what.outcome,
        fields: [...new Set(what.fields)],
        features: [...new Set(what.features)],
        reason: this.cipher.seal(what.reason, contextOf(id)),
        openedBy: actor.id,
        openedAt: now,
        dueAt: addPeriod(now, this.config.correctWithin),
        endedAt: null,
        version: 1,
      };
      if (!(await this.store.openDispute(tx, dispute))) throw new DomainError(E.information_dispute_open);
      await this.impose(tx, dispute);
      const { outcome, fields } = dispute;
      await this.journal.note(tx, {
        type: INFORMATION_EVENTS.disputed,
        actor,
        target: { kind: 'information_dispute', id },
        accountId,
        data: { outcome, fields, dueAt: dispute.dueAt.toISOString() },
      });
      await this.tell(tx, account, 'information_disputed', { correctBefore: legalDay(dispute.dueAt) }, id);
      return this.viewOf(dispute);
    });
  }

  /** The moderator was wrong: nothing of it stays. @throws DomainError information_dispute_not_found, wrong_state */
  withdraw(once: Once, disputeId: string, actor: Actor): Promise<DisputeView> {
    return this.transactor.once(once, async (tx) => {
      const seen = await this.mustFind(tx, disputeId);
      await this.accounts.lockForUpdate(tx, seen.accountId);
      return this.viewOf(await this.move(tx, await this.mustFind(tx, disputeId), 'withdraw', actor));
    });
  }

  /** One step; standing follows. The account is locked by the caller. */
  async move(
    tx: Tx,
    dispute: InformationDisputeRow,
    command: DisputeCommand,
    actor: Actor,
  ): Promise<InformationDisputeRow> {
    const state = informationDisputeLifecycle.move(dispute.state, command);
    const now = this.clock.now();
    const next: InformationDisputeRow = {
      ...dispute,
      state,
      version: dispute.version + 1,
      // Another chance is another term.
      dueAt: command === 'return' ? addPeriod(now, this.config.correctWithin) : dispute.dueAt,
      endedAt: informationDisputeLifecycle.isTerminal(state) ? now : null,
    };
    await this.store.saveDispute(tx, next);
    await this.impose(tx, next);
    await this.journal.note(tx, {
      type: INFORMATION_EVENTS.disputeMoved,
      actor,
      target: { kind: 'information_dispute', id: dispute.id },
      accountId: dispute.accountId,
      data: { state },
    });
    return next;
  }

  /** Of all accounts, newest first; what is still open without a state. */
  async list(
    state: string | undefined,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<DisputeView & { readonly accountId: string }>> {
    const after = decodeCursor(page.cursor);
    const found = await this.store.listDisputes(this.transactor.reader, state, after, page.limit);
    return pageOf(
      found,
      page.limit,
      (d) => [d.openedAt, d.id],
      (d) => ({ ...this.viewOf(d), accountId: d.accountId }),
    );
  }

  async of(accountId: string): Promise<DisputeView[]> {
    return (await this.store.disputesOf(this.transactor.reader, accountId)).map((d) => this.viewOf(d));
  }

  /** A notice to the account's number, if it has one. */
  async tell(
    tx: Tx,
    account: { readonly id: string; readonly locale: 'zh-CN' | 'en' },
    template: string,
    params: Readonly<Record<string, string>>,
    occasion: string,
  ): Promise<void> {
    const to = await this.identifiers.phoneOf(tx, account.id);
    if (to === undefined) return;
    const { id: accountId, locale } = account;
    await this.messages.enqueue(tx, { to, template, params, locale, accountId, dedupeKey: `${template}-${occasion}` });
  }

  private async impose(tx: Tx, dispute: InformationDisputeRow): Promise<void> {
    const { accountId } = dispute;
    const source = sourceOf(dispute);
    const measures = measuresOf(dispute.state, dispute.outcome, dispute.features);
    if (measures === undefined) {
      await this.standing.lift(tx, accountId, source);
      return;
    }
    const common = { code: CODE, clause: CLAUSE, source };
    // What is in our hands is not overdue: the person waits for us.
    const due = dispute.state === 'in_review' ? {} : { dueAt: dispute.dueAt };
    await this.standing.setPending(tx, accountId, { ...common, ...due, blocksWhenDue: measures.blocksWhenDue });
    for (const feature of measures.restrict) {
      await this.standing.impose(tx, accountId, { kind: 'restriction', feature, ...common });
    }
    if (measures.block) await this.standing.impose(tx, accountId, { kind: 'block', ...common });
    else await this.standing.lift(tx, accountId, source, { kind: 'block' });
  }

  private async mustFind(tx: Tx, id: string): Promise<InformationDisputeRow> {
    const found = await this.store.dispute(tx, id);
    if (found === undefined) throw new DomainError(E.information_dispute_not_found);
    return found;
  }

  private viewOf(d: InformationDisputeRow): DisputeView {
    return {
      id: d.id,
      state: d.state,
      outcome: d.outcome,
      fields: d.fields,
      features: d.features,
      reason: this.cipher.openText(d.reason, contextOf(d.id)),
      openedAt: d.openedAt.toISOString(),
      dueAt: d.dueAt.toISOString(),
      endedAt: d.endedAt?.toISOString() ?? null,
    };
  }
}

const contextOf = (id: string): string => columnContext('information_disputes', 'reason', id);
const sourceOf = (d: { id: string }): StandingSource => ({ kind: 'information_dispute', id: d.id });
