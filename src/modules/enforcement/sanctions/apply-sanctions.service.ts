import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import type { StandingFacts } from '../../accounts/standing.service.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import { type SanctionCommand, sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { begunAt, nextAfterStart } from './begin-sanction.js';
import { MeasureEffects } from './measure-effects.js';
import { OrdersService } from './orders.service.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';

/** A measure without an end is looked at again. */
export const SANCTION_REVIEW = 'sanction_review';
defineOutcomes(SANCTION_REVIEW, ['kept', 'ends', 'lifted', 'expired', 'superseded', 'fulfilled', 'declined']);

/** Makes a sanction true, and takes it back: standing, account state and bars change in the caller's transaction (invariant 8). */
@Injectable()
export class ApplySanctionsService {
  constructor(
    private readonly store: SanctionsStore,
    private readonly effects: MeasureEffects,
    private readonly orders: OrdersService,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /**
   * A new one that nobody else has to agree to: written down as what it is from now on. The account is locked. What begins
   * later is imposed now with its time: nothing has to run then.
   * @param standing what the account's standing is made of, where nothing has changed it since it was read
   */
  async begin(tx: Tx, sanction: SanctionRecord, actor: Actor, standing?: StandingFacts): Promise<SanctionRecord> {
    const now = this.clock.now();
    const begun = begunAt(sanction, now, actor);
    await this.store.insert(tx, begun.record);
    await Promise.all([
      this.effects.impose(tx, sanction, actor, 'new', standing),
      ...begun.commands.map((command) => this.noteStep(tx, begun.record, command, actor)),
    ]);
    return begun.record;
  }

  /** One that waited for a second person, from `scheduled`; the account is locked. */
  async takeEffect(tx: Tx, sanction: SanctionRecord, actor: Actor): Promise<SanctionRecord> {
    const later = sanction.startsAt > this.clock.now();
    const [, saved] = await Promise.all([
      this.effects.impose(tx, sanction, actor, 'new'),
      later ? this.save(tx, { ...sanction, nextAt: sanction.startsAt }) : this.activate(tx, sanction, actor),
    ]);
    return saved;
  }

  /** Writes down that it is active; a warning is fulfilled by being given. */
  async activate(tx: Tx, sanction: SanctionRecord, actor: Actor): Promise<SanctionRecord> {
    const active = await this.step(tx, { ...sanction, nextAt: nextAfterStart(sanction) }, 'activate', actor);
    return sanction.type === 'warning' ? this.end(tx, active, 'fulfil', actor, null) : active;
  }

  /** Takes a live sanction back: what it imposed goes in this transaction, and nothing else does. */
  async withdraw(
    tx: Tx,
    sanction: SanctionRecord,
    command: 'lift' | 'supersede' | 'fulfil',
    actor: Actor,
    reason: string,
  ): Promise<SanctionRecord> {
    const ended = await this.end(tx, sanction, command, actor, reason);
    await this.effects.revoke(tx, sanction, actor);
    if (command === 'lift' && sanction.type === 'content_removal')
      await this.orders.withdrawRemovals(tx, sanction, actor);
    return ended;
  }

  /** Time has ended it: standing knows already, this writes it down. */
  expire(tx: Tx, sanction: SanctionRecord): Promise<SanctionRecord> {
    return this.end(tx, sanction, 'expire', SYSTEM, null);
  }

  decline(tx: Tx, sanction: SanctionRecord, actor: Actor): Promise<SanctionRecord> {
    return this.end(tx, sanction, 'decline', actor, null);
  }

  /** Moves the end, or the features, of what stands, and the date on which it is looked at again. */
  async reshape(
    tx: Tx,
    sanction: SanctionRecord,
    { endsAt, features, reviewAt }: Pick<SanctionRecord, 'endsAt' | 'features' | 'reviewAt'>,
    actor: Actor,
    reason: string,
  ): Promise<SanctionRecord> {
    const now = this.clock.now();
    const nextAt = sanction.state === 'active' ? endsAt : sanction.nextAt;
    const saved = await this.save(tx, { ...sanction, endsAt, features, reviewAt, nextAt });
    if (saved.type === 'feature_restriction') await this.effects.liftRestrictions(tx, saved);
    await this.effects.impose(tx, saved, actor, 'again');
    const data = { from: sanction.endsAt?.toISOString() ?? null, to: endsAt?.toISOString() ?? null, features };
    await this.store.addChange(tx, saved, 'changed', actor, now, { ...data, reason });
    await this.note(tx, ENFORCEMENT_EVENTS.sanctionChanged, saved, actor, data, { reason });
    return saved;
  }

  /** It stands as it is until it is looked at the next time. */
  async keep(tx: Tx, sanction: SanctionRecord, until: Date, actor: Actor, reason: string): Promise<SanctionRecord> {
    const saved = await this.save(tx, { ...sanction, reviewAt: until });
    const data = { reviewAt: until.toISOString() };
    await this.store.addChange(tx, saved, 'kept', actor, this.clock.now(), { ...data, reason });
    await this.note(tx, ENFORCEMENT_EVENTS.sanctionKept, saved, actor, data, { reason });
    return saved;
  }

  private async end(
    tx: Tx,
    s: SanctionRecord,
    command: Extract<SanctionCommand, 'expire' | 'lift' | 'supersede' | 'fulfil' | 'decline'>,
    actor: Actor,
    reason: string | null,
  ): Promise<SanctionRecord> {
    const now = this.clock.now();
    const endedAt = command === 'expire' && s.endsAt !== null ? s.endsAt : now;
    // What has ended need not be looked at again.
    if (s.reviewAt !== null)
      await this.review.cancel(tx, { kind: SANCTION_REVIEW, subjectId: s.id }, actor, ENDED_AS[command]);
    return this.step(tx, { ...s, nextAt: null, endedAt, endedBy: actor.id, endReason: reason }, command, actor);
  }

  private async step(tx: Tx, s: SanctionRecord, command: SanctionCommand, actor: Actor): Promise<SanctionRecord> {
    const state = sanctionLifecycle.move(s.state, command);
    const type = EVENT_OF[command];
    if (type === undefined) return this.save(tx, { ...s, state });
    const [saved, first] = await Promise.all([
      this.save(tx, { ...s, state }),
      this.store.addChange(tx, s, changeNamed(type), actor, this.clock.now(), { reason: s.endReason }),
    ]);
    if (first) await this.note(tx, type, saved, actor, timesOf(s));
    return saved;
  }

  /** The same of a sanction that is new in this transaction. */
  private async noteStep(tx: Tx, s: SanctionRecord, command: 'activate' | 'fulfil', actor: Actor): Promise<void> {
    const type = EVENT_OF[command] ?? '';
    await this.store.addFirstChange(tx, s, changeNamed(type), actor, this.clock.now(), { reason: null });
    await this.note(tx, type, s, actor, timesOf(s));
  }

  private async save(tx: Tx, s: SanctionRecord): Promise<SanctionRecord> {
    const saved = await this.store.save(tx, s);
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    return saved;
  }

  private async note(
    tx: Tx,
    type: string,
    s: SanctionRecord,
    actor: Actor,
    data: object,
    details?: object,
  ): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: s.accountId,
      target: { kind: 'sanction', id: s.id },
      clauses: ['7.1', s.clause],
      data: { ...data, decisionId: s.decisionId },
      ...(details ? { details: { ...details } } : {}),
    });
  }
}

/** What the end of a measure is to the task of looking at it again. */
const ENDED_AS = {
  expire: 'expired',
  lift: 'lifted',
  supersede: 'superseded',
  fulfil: 'fulfilled',
  decline: 'declined',
} as const;

const EVENT_OF: Readonly<Partial<Record<SanctionCommand, string>>> = {
  activate: ENFORCEMENT_EVENTS.sanctionActivated,
  expire: ENFORCEMENT_EVENTS.sanctionExpired,
  lift: ENFORCEMENT_EVENTS.sanctionLifted,
  fulfil: ENFORCEMENT_EVENTS.sanctionFulfilled,
  supersede: ENFORCEMENT_EVENTS.sanctionChanged,
  decline: ENFORCEMENT_EVENTS.sanctionDeclined,
};

const changeNamed = (eventType: string): string => eventType.slice(eventType.indexOf('.') + 1);

const timesOf = (s: SanctionRecord): object => ({
  type: s.type,
  startsAt: s.startsAt.toISOString(),
  endsAt: s.endsAt?.toISOString() ?? null,
});
