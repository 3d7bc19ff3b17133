import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { BlindIndex } from '../../../platform/crypto/blind-index.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import type { DecisionRecord } from '../decisions/decisions.store.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { NoticeTexts } from '../notice-texts.js';
import type { SanctionRecord } from '../sanctions/sanctions.store.js';
import { type AnnouncementRecord, AnnouncementsStore } from './announcements.store.js';

/** Announcing the outcome (ENF-9): without a name, after an embargo, correctable, withdrawable. */
@Injectable()
export class PlanAnnouncementService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: AnnouncementsStore,
    private readonly index: BlindIndex,
    private readonly texts: NoticeTexts,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** Where the decision is to be announced. */
  async plan(tx: Tx, decision: DecisionRecord, sanctions: readonly SanctionRecord[], actor: Actor): Promise<void> {
    if (decision.announce === null) return;
    const now = this.clock.now();
    const wished = decision.announce.publishAt === undefined ? now : new Date(decision.announce.publishAt);
    const earliest = addPeriod(now, this.config.embargo);
    const measures = sanctions.map((s) => ({ measure: s.type, startsAt: s.startsAt, endsAt: s.endsAt }));
    const template = this.texts.announcement(decision.clauses, decision.agreementVersion, measures);
    const announcement: AnnouncementRecord = {
      id: newId(),
      accountId: decision.accountId,
      decisionId: decision.id,
      // Per decision, under a key: two announcements about one person cannot be joined by a reader.
      pseudonym: `U-${this.index.of('announcement', decision.id).slice(-8).toUpperCase()}`,
      state: 'planned',
      version: 1,
      clauses: decision.clauses,
      measures: [...new Set(sanctions.map((s) => s.type))],
      textZh: decision.announce.textZh ?? template.zh,
      textEn: decision.announce.textEn ?? template.en,
      correctionZh: null,
      correctionEn: null,
      publishAt: wished > earliest ? wished : earliest,
      createdAt: now,
      updatedAt: now,
      withdrawnAt: null,
      withdrawalReason: null,
    };
    await this.store.insert(tx, announcement);
    await this.note(tx, ENFORCEMENT_EVENTS.announcementPlanned, announcement, actor);
  }

  published(page: { limit: number; cursor?: string | undefined }): Promise<Page<AnnouncementRecord>> {
    return this.store
      .published(this.transactor.reader, this.clock.now(), decodeCursor(page.cursor), page.limit)
      .then((found) => pageOf(found, page.limit, (a) => [a.publishAt, a.id]));
  }

  correct(id: string, version: number, text: { zh: string; en: string }, actor: Actor): Promise<AnnouncementRecord> {
    return this.change(id, version, actor, () => ({
      state: 'corrected',
      correctionZh: text.zh,
      correctionEn: text.en,
    }));
  }

  withdraw(id: string, version: number, reason: string, actor: Actor): Promise<AnnouncementRecord> {
    return this.change(id, version, actor, (now) => ({
      state: 'withdrawn',
      withdrawnAt: now,
      withdrawalReason: reason,
    }));
  }

  /** Changed while nobody has read it; afterwards it can only be corrected (ENF-9). */
  redraft(
    id: string,
    version: number,
    draft: { zh: string; en: string; publishAt: Date | undefined },
    actor: Actor,
  ): Promise<AnnouncementRecord> {
    return this.change(id, version, actor, (now, found) => {
      if (found.publishAt <= now) throw new DomainError(ENFORCEMENT_ERRORS.announcement_published);
      const earliest = addPeriod(found.createdAt, this.config.embargo);
      const wished = [draft.publishAt ?? found.publishAt, earliest, now].reduce((a, b) => (a > b ? a : b));
      return { textZh: draft.zh, textEn: draft.en, publishAt: wished };
    });
  }

  /** An announcement of a decision that fell falls with it. */
  async withdrawOf(tx: Tx, decisionId: string, actor: Actor): Promise<void> {
    const found = await this.store.ofDecision(tx, decisionId);
    if (found === undefined || found.state === 'withdrawn') return;
    const now = this.clock.now();
    const gone = {
      state: 'withdrawn',
      withdrawnAt: now,
      withdrawalReason: 'decision_reversed',
      updatedAt: now,
    } as const;
    const saved = await this.store.save(tx, { ...found, ...gone });
    if (saved !== undefined) await this.note(tx, ENFORCEMENT_EVENTS.announcementChanged, saved, actor);
  }

  private change(
    id: string,
    version: number,
    actor: Actor,
    how: (now: Date, found: AnnouncementRecord) => Partial<AnnouncementRecord>,
  ): Promise<AnnouncementRecord> {
    return this.transactor.run(async (tx) => {
      const found = await this.store.lock(tx, id);
      if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.announcement_not_found);
      if (found.version !== version)
        throw new DomainError(HTTP_ERRORS.stale_version, { extra: { version: found.version } });
      if (found.state === 'withdrawn') throw new DomainError(ENFORCEMENT_ERRORS.announcement_withdrawn);
      const now = this.clock.now();
      const saved = await this.store.save(tx, { ...found, ...how(now, found), updatedAt: now });
      if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
      await this.note(tx, ENFORCEMENT_EVENTS.announcementChanged, saved, actor);
      return saved;
    });
  }

  private async note(tx: Tx, type: string, a: AnnouncementRecord, actor: Actor): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: a.accountId ?? undefined,
      target: { kind: 'announcement', id: a.id },
      clauses: ['ENF-9', '7.1'],
      data: { state: a.state, publishAt: a.publishAt.toISOString() },
    });
  }
}
