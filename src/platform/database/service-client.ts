import { LRUCache } from 'lru-cache';
import pg from 'pg';

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
 * The connection of the service's pool. Its statements with parameters are prepared by name, so that PostgreSQL reads
 * and plans each once per connection and not once per call; `BEGIN` travels with the first statement after it.
 */
export class ServiceClient extends pg.Client {
  private holdsBegin = false;

  constructor(config?: pg.ClientConfig) {
    super({ ...config, pipeline: true } as pg.ClientConfig);
    const named: Query = (config, values, callback) => this.send(config, values, callback);
    this.query = named as unknown as typeof this.query;
  }

  /** Opens a transaction without waiting: what is asked next stands behind it on the same connection. */
  begin(): Answer {
    this.connection.stream.cork();
    const begun = plainQuery.call(this, 'BEGIN');
    this.holdsBegin = true;
    return begun;
  }

  private send(config: unknown, values: unknown, callback: unknown): Answer {
    try {
      const name = typeof config === 'string' && Array.isArray(values) ? nameOf(config) : undefined;
      if (name === undefined) return plainQuery.call(this, config, values, callback);
      const answer = plainQuery.call(this, { name, text: config, values }, callback);
      // With a callback (the pool's own queries) there is no promise, and no stale plan: they are not named twice.
      return typeof callback === 'function' ? answer : answer.catch(noticeStalePlan);
    } finally {
      if (this.holdsBegin) {
        this.holdsBegin = false;
        this.connection.stream.uncork();
      }
    }
  }
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

function noticeStalePlan(error: unknown): never {
  if (isStalePlan(error)) generation += 1;
  throw error;
}
