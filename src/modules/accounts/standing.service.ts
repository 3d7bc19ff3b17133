import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { periodMs } from '../../kernel/period.js';
import { turnRead } from '../../kernel/turn.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AccountsConfig, StandingConfig } from './accounts.config.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { computeStanding, nextEntryChange } from './domain/compute-standing.js';
import {
  type MinorLimits,
  type Standing,
  type StandingEntry,
  type StandingFacts,
  type StandingPolicy,
} from './domain/standing.js';
import { entryOf, type Imposition, type Supposed } from './imposition.js';
import { StandingCache } from './standing-cache.js';
import { type StandingSource, StandingStore } from './standing.store.js';

export type { MinorLimits, Standing, StandingFacts } from './domain/standing.js';
export type { Imposition, Supposed } from './imposition.js';
export type { StandingSource } from './standing.store.js';

/**
 * What an account may do right now, and why. Upper modules impose and lift in their own transaction, after locking the
 * account; standing shows it with that commit (invariant 8).
 */
@Injectable()
export class StandingService {
  private readonly policy: StandingPolicy;
  private readonly cache: StandingCache;
  /** The last answer from each set of facts that the cache holds. */
  private readonly computed = new WeakMap<StandingFacts, Standing>();

  constructor(
    private readonly store: StandingStore,
    private readonly transactor: Transactor,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
    accounts: AccountsConfig,
    config: StandingConfig,
  ) {
    this.policy = {
      ages: {
        contractCapacity: accounts.contractCapacityAge,
        dataConsent: accounts.dataConsentAge,
        majority: accounts.majorityAge,
      },
      minorLimits: {
        mode: 'minor',
        minutesPerDay: config.minorMinutesPerDay,
        quietHours: { from: config.minorQuietFrom, to: config.minorQuietTo },
      },
    };
    this.cache = new StandingCache(
      (ids) => this.store.facts(this.transactor.reader, ids),
      (since) => this.store.changes(this.transactor.reader, since),
      { size: config.cachedAccounts, maxStalenessMs: periodMs(config.maxStaleness) },
    );
  }

  /**
   * The standing of an account now, through the cache: never stale in this process, elsewhere by `maxStaleness` at most.
   * @throws DomainError account_not_found
   */
  async of(accountId: string): Promise<Standing> {
    await turnRead();
    const facts = await this.factsOf(accountId);
    const now = this.clock.now();
    const asOf = now.toISOString();
    const known = this.computed.get(facts);
    // Between two instants at which time changes the answer there is one answer (fixed-width text sorts as time does).
    if (known !== undefined && known.asOf <= asOf && (known.nextChangeAt === null || asOf < known.nextChangeAt)) {
      return { ...known, asOf };
    }
    const standing = computeStanding(facts, this.policy, now);
    this.computed.set(facts, standing);
    return standing;
  }

  /** The platform's own limits for minors (2.1); a guardian may tighten them. */
  get minorDefaults(): MinorLimits {
    return this.policy.minorLimits;
  }

  /** The standing as this transaction sees it, its own changes included. For decisions. */
  async within(tx: Tx, accountId: string): Promise<Standing> {
    return computeStanding(await this.mustFind(tx, accountId), this.policy, this.clock.now());
  }

  /** What standing would say at `at` if this were so, computed by the same rule; nothing is written. */
  async whatIf(tx: Tx, accountId: string, what: Supposed, at: Date): Promise<Standing> {
    const facts = await this.mustFind(tx, accountId);
    const now = this.clock.now();
    const left = facts.entries.filter((e) => e.sanctionId === null || what.without?.includes(e.sanctionId) !== true);
    const entries = [...left, ...what.impositions.map((i) => entryOf(i, now))];
    const state = what.state ?? (what.closing ? 'closed' : facts.state);
    const closed = state === facts.state ? {} : { state, stateChangedAt: now };
    const version = computeStanding(facts, this.policy, now).version + 1;
    const supposed = { ...facts, ...closed, entries, storedVersion: version, changedAt: now };
    return computeStanding(supposed, this.policy, at);
  }

  /** Imposes, or moves the times of what the same source imposed before. The account is locked by the caller. */
  async impose(tx: Tx, accountId: string, what: Imposition): Promise<void> {
    const now = this.clock.now();
    await this.changeInOne(tx, accountId, () => this.store.impose(tx, accountId, what.source, entryOf(what, now), now));
  }

  /** What standing is made of, for `imposeNew`: read when the account was locked, so that it travels with the lock. */
  factsWithin(tx: Tx, accountId: string): Promise<StandingFacts> {
    return this.mustFind(tx, accountId);
  }

  /**
   * The same for a source that is new itself and has imposed nothing: one reading tells what all of it comes to.
   * @param read the account's facts, where nothing has changed them since it was locked
   */
  async imposeNew(tx: Tx, accountId: string, what: readonly Imposition[], read?: StandingFacts): Promise<void> {
    if (what.length === 0) return;
    const now = this.clock.now();
    const before = read ?? (await this.mustFind(tx, accountId));
    const entries = what.map((imposition) => entryOf(imposition, now));
    for (const [i, { source }] of what.entries())
      await this.store.add(tx, accountId, source, entries[i] as StandingEntry, now);
    await this.count(tx, before, { ...before, entries: [...before.entries, ...entries] });
  }

  /** Lifts everything that `source` imposed, or only what `only` names. @returns how many entries stood */
  async lift(
    tx: Tx,
    accountId: string,
    source: StandingSource,
    only: { kind?: Imposition['kind']; code?: string } = {},
  ): Promise<number> {
    let lifted = 0;
    await this.changeInOne(tx, accountId, async () => {
      lifted = await this.store.lift(tx, accountId, source, only, this.clock.now());
      return lifted > 0;
    });
    return lifted;
  }

  /** A duty that waits for the person: an agreement to accept, an order to rectify. */
  setPending(tx: Tx, accountId: string, what: Omit<Extract<Imposition, { kind: 'pending' }>, 'kind'>): Promise<void> {
    return this.impose(tx, accountId, { kind: 'pending', ...what });
  }

  clearPending(tx: Tx, accountId: string, source: StandingSource, code?: string): Promise<number> {
    return this.lift(tx, accountId, source, { kind: 'pending', ...(code === undefined ? {} : { code }) });
  }

  /**
   * Runs a write that changes what standing says, counts the version up, sets when time changes it next, and tells others.
   * Inside this module also used for state, objection and age. `mutate` answers whether anything changed.
   */
  async change(tx: Tx, accountId: string, mutate: () => Promise<boolean>): Promise<void> {
    const before = await this.mustFind(tx, accountId);
    if (!(await mutate())) return;
    await this.count(tx, before, await this.mustFind(tx, accountId));
  }

  /** `change`, where `mutate` is one statement, asked at once: facts, write and facts again travel together. */
  async changeInOne(tx: Tx, accountId: string, mutate: () => Promise<boolean>): Promise<void> {
    const [before, changed, after] = await Promise.all([
      this.mustFind(tx, accountId),
      mutate(),
      this.mustFind(tx, accountId),
    ]);
    if (changed) await this.count(tx, before, after);
  }

  /** One batch of changes that time made: told to others, folded into the stored version. @returns how many */
  async tellDueChanges(limit = 200): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const due = await this.store.claimDue(tx, now, limit);
      for (const id of due) {
        const facts = await this.mustFind(tx, id);
        await this.write(tx, facts, computeStanding(facts, this.policy, now).version, now);
      }
      return due.length;
    });
  }

  /** What time has changed since the last write counts as well, so that the version never repeats. */
  private async count(tx: Tx, before: StandingFacts, after: StandingFacts): Promise<void> {
    const now = this.clock.now();
    await this.write(tx, after, computeStanding(before, this.policy, now).version + 1, now);
  }

  private async write(tx: Tx, facts: StandingFacts, version: number, now: Date): Promise<void> {
    const stored = { ...facts, storedVersion: version, changedAt: now };
    const standing = computeStanding(stored, this.policy, now);
    await this.store.stamp(tx, facts.accountId, version, now, nextEntryChange(stored, this.policy, now));
    await this.outbox.publish(tx, {
      type: ACCOUNT_EVENTS.standingChanged,
      accountId: facts.accountId,
      subjectId: facts.accountId,
      data: {
        version: standing.version,
        status: standing.status,
        mayUse: standing.mayUse,
        nextChangeAt: standing.nextChangeAt,
      },
    });
    this.transactor.afterCommit(tx, () => this.cache.drop(facts.accountId));
  }

  private async factsOf(accountId: string): Promise<StandingFacts> {
    const facts = await this.cache.get(accountId);
    if (facts === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    return facts;
  }

  private async mustFind(tx: Tx, accountId: string): Promise<StandingFacts> {
    const facts = await this.store.factsOfOne(tx, accountId);
    if (facts === undefined) throw new DomainError(ACCOUNT_ERRORS.account_not_found);
    return facts;
  }
}
