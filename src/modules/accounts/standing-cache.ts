import { LRUCache } from 'lru-cache';
import type { StandingFacts } from './domain/standing.js';

/** Reads facts of many accounts in one round trip; an account that does not exist is not in the answer. */
export type FactsLoader = (ids: readonly string[]) => Promise<ReadonlyMap<string, StandingFacts>>;

/** What has been committed up to a moment. */
export interface Changes {
  /** The moment, to be given as `since` next time. */
  readonly at: string;
  /** Accounts whose standing changed since; undefined where that cannot be said. */
  readonly ids: readonly string[] | undefined;
}

/** One question for all accounts: whose standing changed since? Without `since` only the moment is told. */
export type ChangesReader = (since: string | undefined) => Promise<Changes>;

interface Asked {
  readonly promise: Promise<StandingFacts | undefined>;
  readonly answer: (facts: StandingFacts | undefined) => void;
  readonly refuse: (error: unknown) => void;
  /** A write committed while the question was out: the answer may be of before and is not kept. */
  dropped: boolean;
}

const LARGEST_BATCH = 500;
const BATCHES_AT_ONCE = 4;

/**
 * Facts of accounts, held in this process.
 *
 * Never stale here: whoever changes standing drops the entry once the change is committed, and an answer that was under
 * way at that moment is given to those who asked before, but not kept. Elsewhere at most `maxStalenessMs`: while anybody
 * reads, the process asks that often, in one question for everything it holds, what others have committed, and drops it.
 * It asks ahead of time, so that a reader seldom waits for it. Nothing that is true lives here only; no message between
 * processes has to arrive for this to be right.
 */
export class StandingCache {
  private readonly held: LRUCache<string, StandingFacts>;
  private readonly asked = new Map<string, Asked>();
  private waiting: string[] = [];
  private underWay = 0;
  private scheduled = false;
  /** The moment up to which all changes are known here. */
  private knownUpTo: string | undefined;
  /** `performance.now()` until which what is held needs no question. */
  private freshUntil = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly load: FactsLoader,
    private readonly changes: ChangesReader,
    private readonly options: { readonly size: number; readonly maxStalenessMs: number },
  ) {
    this.held = new LRUCache({ max: Math.max(1, options.size) });
  }

  /** The facts, or undefined where there is no such account. Answers at once when they are fresh. */
  get(accountId: string): StandingFacts | Promise<StandingFacts | undefined> {
    const facts = this.held.get(accountId);
    if (facts === undefined) return this.loaded(accountId);
    const now = performance.now();
    const freshFor = this.freshUntil - now;
    if (freshFor <= 0) return this.freshAt(now).then(() => this.held.get(accountId) ?? this.loaded(accountId));
    // A failure is told to whoever finds nothing fresh, and asks again.
    if (freshFor < this.options.maxStalenessMs / 2) this.look().catch(() => undefined);
    return facts;
  }

  /** After a committed change. */
  drop(accountId: string): void {
    this.held.delete(accountId);
    const asked = this.asked.get(accountId);
    // A question that is not sent yet will see the change.
    if (asked === undefined || this.waiting.includes(accountId)) return;
    asked.dropped = true;
    // Whoever asks from now on gets a question of their own.
    this.asked.delete(accountId);
  }

  private forgetAll(): void {
    this.held.clear();
    for (const id of [...this.asked.keys()]) this.drop(id);
  }

  /** A question that was under way already may have been sent too long ago for whoever asks now. */
  private async freshAt(now: number): Promise<void> {
    await this.look();
    if (this.freshUntil < now) await this.look();
  }

  private look(): Promise<void> {
    this.looking ??= this.learn().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async learn(): Promise<void> {
    const freshUntil = performance.now() + this.options.maxStalenessMs;
    const { at, ids } = await this.changes(this.knownUpTo);
    if (ids === undefined) this.forgetAll();
    else for (const id of ids) this.drop(id);
    this.knownUpTo = at;
    this.freshUntil = freshUntil;
  }

  private loaded(accountId: string): Promise<StandingFacts | undefined> {
    return (this.asked.get(accountId) ?? this.ask(accountId)).promise;
  }

  private ask(accountId: string): Asked {
    const asked = newQuestion();
    this.asked.set(accountId, asked);
    this.waiting.push(accountId);
    this.schedule();
    return asked;
  }

  private schedule(): void {
    if (this.scheduled || this.underWay >= BATCHES_AT_ONCE || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.sendBatch();
    });
  }

  private async sendBatch(): Promise<void> {
    const batch = this.waiting.splice(0, LARGEST_BATCH).flatMap((id) => {
      const asked = this.asked.get(id);
      return asked === undefined ? [] : [{ id, asked }];
    });
    if (batch.length === 0) return this.schedule();
    this.underWay += 1;
    try {
      const found = await this.load(batch.map(({ id }) => id));
      for (const { id, asked } of batch) {
        const facts = found.get(id);
        if (!asked.dropped) this.keep(id, facts);
        asked.answer(facts);
      }
    } catch (error) {
      for (const { id, asked } of batch) {
        if (this.asked.get(id) === asked) this.asked.delete(id);
        asked.refuse(error);
      }
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }

  /** What changed before `knownUpTo` is in the facts, what changes after it will be told: nothing falls between. */
  private keep(id: string, facts: StandingFacts | undefined): void {
    this.asked.delete(id);
    // An account that does not exist is not remembered: it may be opened the next moment.
    if (facts !== undefined && this.options.size > 0) this.held.set(id, facts);
  }
}

function newQuestion(): Asked {
  let answer: Asked['answer'] = () => undefined;
  let refuse: Asked['refuse'] = () => undefined;
  const promise = new Promise<StandingFacts | undefined>((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
  return { promise, answer, refuse, dropped: false };
}
