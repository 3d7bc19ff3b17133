import { LRUCache } from 'lru-cache';
import type { StandingFacts } from './domain/standing.js';
import type { FactsAnswer } from './standing.store.js';

/** Reads facts of many accounts in one round trip; versions tell which are still the same. */
export type FactsLoader = (known: ReadonlyMap<string, number>) => Promise<Map<string, FactsAnswer>>;

interface Held {
  facts: StandingFacts;
  /** `performance.now()` until which the facts need no question. */
  freshUntil: number;
}

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
 * way at that moment is given to those who asked before, but not kept. Elsewhere at most `maxStalenessMs`, counted from
 * when the question was sent: then the version is asked again, with all others that are due in the same moment, in one
 * query. Nothing that is true lives here only; no message between processes has to arrive for this to be right.
 */
export class StandingCache {
  private readonly held: LRUCache<string, Held>;
  private asked = new Map<string, Asked>();
  private waiting: string[] = [];
  private underWay = 0;
  private scheduled = false;

  constructor(
    private readonly load: FactsLoader,
    private readonly options: { readonly size: number; readonly maxStalenessMs: number },
  ) {
    this.held = new LRUCache({ max: Math.max(1, options.size) });
  }

  /** The facts, or undefined where there is no such account. Answers at once when they are fresh. */
  get(accountId: string): StandingFacts | Promise<StandingFacts | undefined> {
    const held = this.held.get(accountId);
    if (held !== undefined && performance.now() < held.freshUntil) return held.facts;
    const asked = this.asked.get(accountId);
    return asked === undefined ? this.ask(accountId) : asked.promise;
  }

  /** After a committed change. */
  drop(accountId: string): void {
    this.held.delete(accountId);
    const asked = this.asked.get(accountId);
    if (asked === undefined) return;
    asked.dropped = true;
    // Whoever asks from now on gets a question of their own.
    this.asked.delete(accountId);
    if (this.waiting.includes(accountId)) this.reask(accountId, asked);
  }

  /** Not sent yet: the question stays and will see the change. */
  private reask(accountId: string, asked: Asked): void {
    asked.dropped = false;
    this.asked.set(accountId, asked);
  }

  private ask(accountId: string): Promise<StandingFacts | undefined> {
    const asked = newQuestion();
    this.asked.set(accountId, asked);
    this.waiting.push(accountId);
    this.schedule();
    return asked.promise;
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
    const ids = this.waiting.splice(0, LARGEST_BATCH);
    const batch = ids.flatMap((id) => {
      const asked = this.asked.get(id);
      return asked === undefined ? [] : [{ id, asked, held: this.held.get(id)?.facts }];
    });
    if (batch.length === 0) return this.schedule();
    this.underWay += 1;
    const freshUntil = performance.now() + this.options.maxStalenessMs;
    try {
      const answers = await this.load(new Map(batch.map((b) => [b.id, b.held?.storedVersion ?? 0])));
      for (const { id, asked, held } of batch) {
        const answer = answers.get(id);
        const facts = answer === 'unchanged' ? held : answer;
        if (!asked.dropped) this.keep(id, asked, facts, freshUntil);
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

  private keep(id: string, asked: Asked, facts: StandingFacts | undefined, freshUntil: number): void {
    if (this.asked.get(id) === asked) this.asked.delete(id);
    // An account that does not exist is not remembered: it may be opened the next moment.
    if (facts === undefined) this.held.delete(id);
    else if (this.options.size > 0) this.held.set(id, { facts, freshUntil });
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
