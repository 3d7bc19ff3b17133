import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { type Statement, StatementBatch } from './statement-batch.js';

/** Statements that one process keeps names for; a text that is built anew each time must not fill the server's memory. */
const MAX_NAMED = 500;
/** A text gets its name when it comes again: what is asked once is not worth preparing. */
const NAMED_FROM_USE = 3;

const uses = new LRUCache<string, { count: number; name: string }>({ max: MAX_NAMED });
let names = 0;
/** Counted up when a plan went stale (a column was added to `SELECT *`): every name is prepared anew from then on. */
let generation = 0;

type Answer = Promise<pg.QueryResult>;
type Query = (this: pg.Client, config: unknown, values?: unknown, callback?: unknown) => Answer;
const plainQuery = pg.Client.prototype.query as unknown as Query;

/**
 * The connection of the service's pool. A write to the socket and the wait for its answer cost more than most statements,
 * so statements travel together: what nobody waits for (`post`) leaves with the next question, and what is asked in the
 * same turn of the event loop (`ask`) leaves in one batch. Statements keep their order in any case. Those with
 * parameters are prepared by name, so that PostgreSQL reads and plans each once per connection and not once per call.
 */
export class ServiceClient extends pg.Client {
  private waiting: Statement[] = [];
  private leaving = false;
  private readonly prepared = new Set<string>();
  /** Why the open transaction can only be rolled back. What comes after it fails too, and should say this. */
  private failure: unknown;

  constructor(config?: pg.ClientConfig) {
    super({ ...config, pipeline: true } as pg.ClientConfig);
    const query: Query = (text, values, callback) => this.queryInTurn(text, values, callback);
    this.query = query as unknown as typeof this.query;
  }

  /** Opens a transaction; `BEGIN` leaves with the first statement. */
  begin(): void {
    this.failure = undefined;
    this.post('BEGIN');
  }

  /** @throws Error when anything failed that nobody waited for; the transaction is rolled back then */
  async commit(): Promise<void> {
    const ended = await this.ask('COMMIT');
    if (ended.command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
  }

  /** Gives the open transaction up, with what waits to be sent. */
  async rollback(): Promise<void> {
    const unsent = this.waiting.splice(0);
    for (const { failed } of unsent) failed?.(new Error('the transaction was given up'));
    if (unsent[0]?.text !== 'BEGIN') await this.ask('ROLLBACK');
  }

  /** Leaves with the next question; its failure is the failure of that question. */
  post(text: string, values: readonly unknown[] = []): void {
    this.waiting.push({ text, values, name: nameOf(text), failed: this.remember });
  }

  /** Asked in this turn of the event loop, sent at its end, together with everything before it. */
  ask(text: string, values: readonly unknown[] = []): Answer {
    return new Promise<pg.QueryResult>((answered, reject) => {
      const failed = (error: unknown): void => {
        this.remember(error);
        reject(noticeStalePlan(error));
      };
      this.waiting.push({ text, values, name: nameOf(text), answered, failed });
      if (this.leaving) return;
      this.leaving = true;
      process.nextTick(() => this.sendWaiting());
    });
  }

  private sendWaiting(): void {
    this.leaving = false;
    if (this.waiting.length === 0) return;
    const batch = new StatementBatch(this.waiting, this.prepared);
    this.waiting = [];
    void plainQuery.call(this, batch);
  }

  /** TypeORM's and the pool's own way in; behind what waits. */
  private queryInTurn(config: unknown, values: unknown, callback: unknown): Answer {
    if (typeof config === 'string' && Array.isArray(values) && values.length > 0 && callback === undefined)
      return this.ask(config, values);
    this.sendWaiting();
    const answer = plainQuery.call(this, config, values, callback);
    if (typeof callback === 'function') return answer;
    return answer.catch((error: unknown) => {
      throw this.failure !== undefined && (error as { code?: string }).code === '25P02' ? this.failure : error;
    });
  }

  private readonly remember = (error: unknown): void => {
    this.failure ??= error;
  };
}

function nameOf(text: string): string | undefined {
  const known = uses.get(text) ?? { count: 0, name: '' };
  known.count += 1;
  if (known.count === 1) uses.set(text, known);
  if (known.count < NAMED_FROM_USE) return undefined;
  if (known.name === '') known.name = `s${(names += 1)}`;
  return `${known.name}_${generation}`;
}

/** `cached plan must not change result type`, after a migration under a running service: the retry prepares anew. */
export const isStalePlan = (error: unknown): boolean => {
  const { code, routine } = (error ?? {}) as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
};

function noticeStalePlan(error: unknown): unknown {
  if (isStalePlan(error)) generation += 1;
  return error;
}
