import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { endOfLegalDay, legalDay } from '../../../kernel/period.js';
import { addWorkingDays, WorkingDayCalendar } from '../../../platform/calendar/domain/working-days.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { Limits } from '../../../platform/limits/limits.service.js';
import { type BarFound, IdentifiersService } from '../../accounts/identifiers.service.js';
import { RegistrationService } from '../../registration/registration.service.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SanctionsStore } from '../sanctions/sanctions.store.js';
import { SealedTexts } from '../sealed-texts.js';
import { type ObjectionFile, ObjectionFilesStore } from './objection-files.store.js';
import { type ObjectionRecord, ObjectionsStore } from './objections.store.js';

export const OBJECTION_TASK = 'ban_objection';
defineOutcomes(OBJECTION_TASK, ['cleared', 'kept']);
/** Objections a day from one address: each takes a proven number anyway. */
const PER_ADDRESS = 10;

interface Words {
  readonly text: string;
  readonly answer?: string;
}

export interface ObjectionAnswer {
  readonly outcome: 'cleared' | 'kept';
  readonly answer: string;
}

export interface ObjectionTold {
  readonly id: string;
  readonly state: ObjectionRecord['state'];
  readonly dueAt: Date;
  readonly text: string | null;
  readonly answer: string | null;
  readonly files: readonly ObjectionFile[];
}

/**
 * "This number is mine now." Whoever proved a barred identifier and was refused need not be the person who is banned: numbers
 * change hands. The objection hangs on the refused registration; clearing frees this identifier, and the ban stands otherwise.
 */
@Injectable()
export class ObjectionsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ObjectionsStore,
    private readonly files: ObjectionFilesStore,
    private readonly registrations: RegistrationService,
    private readonly identifiers: IdentifiersService,
    private readonly sanctions: SanctionsStore,
    private readonly decisions: DecisionsStore,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly limits: Limits,
    private readonly calendar: WorkingDayCalendar,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError objection_not_possible, too_many_requests */
  async file(once: Once, registrationId: string, text: string, ip: string): Promise<{ id: string }> {
    const count = () =>
      this.limits.consume({ bucket: 'objection.address', key: ip, limit: PER_ADDRESS, window: 'P1D' });
    return this.transactor.onceAdmitted(once, count, async (tx) => {
      const met = await this.registrations.barsMetBy(tx, registrationId);
      const bars = (await this.identifiers.barsById(tx, met)).filter(isExact);
      if (bars.length === 0) throw new DomainError(ENFORCEMENT_ERRORS.objection_not_possible);
      const id = newId();
      const now = this.clock.now();
      const due = addWorkingDays(this.calendar, legalDay(now), this.config.appealWorkingDays);
      const objection: ObjectionRecord = {
        id,
        registrationId,
        barIds: bars.map((b) => b.id),
        sanctionIds: bars.filter((b) => b.source.kind === 'sanction').map((b) => b.source.id),
        conflictIds: await this.deciders(tx, bars),
        state: 'filed',
        sealed: this.texts.seal('ban_objections', id, { text } satisfies Words),
        filedAt: now,
        dueAt: endOfLegalDay(due.day),
        decidedAt: null,
        decidedBy: null,
      };
      await this.insert(tx, objection);
      await this.review.open(tx, {
        kind: OBJECTION_TASK,
        subjectId: id,
        dueAt: objection.dueAt,
        provisionalDue: due.provisional,
        priority: 70,
        conflictIds: objection.conflictIds,
        refs: { registrationId, sanctionIds: objection.sanctionIds, clauses: ['7.1'] },
      });
      await this.note(tx, ENFORCEMENT_EVENTS.objectionFiled, objection, ANONYMOUS);
      return { id };
    });
  }

  /** The id of the refused registration is the proof of who asks. @throws DomainError objection_not_found */
  async ofRegistration(registrationId: string): Promise<ObjectionTold> {
    return this.told(await this.store.ofRegistration(this.transactor.reader, registrationId));
  }

  async get(id: string): Promise<ObjectionTold & { registrationId: string; sanctionIds: readonly string[] }> {
    const found = await this.store.find(this.transactor.reader, id);
    const told = await this.told(found);
    return { ...told, registrationId: found?.registrationId ?? '', sanctionIds: found?.sanctionIds ?? [] };
  }

  /**
   * Must be decided by somebody else than who decided the ban.
   * @throws DomainError objection_not_found, objection_answered, conflict_of_interest
   */
  decide(id: string, answer: ObjectionAnswer, actor: Actor): Promise<{ id: string }> {
    return this.transactor.run((tx) => this.decideIn(tx, id, answer, actor));
  }

  async decideIn(tx: Tx, id: string, answer: ObjectionAnswer, actor: Actor): Promise<{ id: string }> {
    const found = await this.store.lock(tx, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.objection_not_found);
    if (found.state !== 'filed') throw new DomainError(ENFORCEMENT_ERRORS.objection_answered);
    await this.review.takeAndComplete(tx, { kind: OBJECTION_TASK, subjectId: id }, actor, answer.outcome);
    if (answer.outcome === 'cleared') await this.identifiers.unbarById(tx, found.barIds);
    const { text } = this.texts.open<Words>('ban_objections', id, found.sealed) ?? { text: '' };
    const words: Words = { text, answer: answer.answer };
    const decided = {
      ...found,
      state: answer.outcome,
      sealed: this.texts.seal('ban_objections', id, words),
      decidedAt: this.clock.now(),
      decidedBy: actor.id,
    };
    await this.store.decide(tx, decided);
    await this.note(tx, ENFORCEMENT_EVENTS.objectionAnswered, decided, actor);
    return { id };
  }

  private async told(found: ObjectionRecord | undefined): Promise<ObjectionTold> {
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.objection_not_found);
    const words = this.texts.open<Words>('ban_objections', found.id, found.sealed);
    const { id, state, dueAt } = found;
    const files = await this.files.of(this.transactor.reader, id);
    return { id, state, dueAt, text: words?.text ?? null, answer: words?.answer ?? null, files };
  }

  private async deciders(tx: Tx, bars: readonly BarFound[]): Promise<string[]> {
    const ids = new Set<string>();
    for (const { source } of bars) {
      const sanction = source.kind === 'sanction' ? await this.sanctions.find(tx, source.id) : undefined;
      const decision = sanction && (await this.decisions.find(tx, sanction.decisionId));
      for (const id of [decision?.decidedBy, decision?.approvedBy, ...(decision?.conflictIds ?? [])])
        if (id) ids.add(id);
    }
    return [...ids];
  }

  private async insert(tx: Tx, objection: ObjectionRecord): Promise<void> {
    try {
      await this.store.insert(tx, objection);
    } catch (error) {
      if (this.store.isSecond(error)) throw new DomainError(ENFORCEMENT_ERRORS.objection_not_possible);
      throw error;
    }
  }

  private note(tx: Tx, type: string, o: ObjectionRecord, actor: Actor): Promise<void> {
    return this.journal.note(tx, {
      type,
      actor,
      target: { kind: 'ban_objection', id: o.id },
      clauses: ['ENF-6', 'ENF-14', '7.1'],
      data: { state: o.state, registrationId: o.registrationId, sanctionIds: o.sanctionIds },
    });
  }
}

/** What refuses; what only comes near was looked at by a person already. */
const isExact = (bar: BarFound): boolean => bar.kind === 'phone' || bar.kind === 'third_party';
