import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../kernel/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { endConversation, openConversation } from './conversation.js';
import { openGathering, writeGathered } from './gathered.js';
import { findAnswer, keepAnswer, keptAnswer, type Once } from './once.js';
import { isStalePlan, type ServiceClient } from './service-client.js';
import type { Tx } from './tx.js';

export type { Tx } from './tx.js';

const MAX_ATTEMPTS = 4;
/** serialization_failure, deadlock_detected: PostgreSQL undid everything, so running again is safe. */
const RETRYABLE = new Set(['40001', '40P01']);

/** Opens transactions. One public service method = one use case = one `run`. */
@Injectable()
export class Transactor {
  private readonly hooks = new WeakMap<EntityManager, (() => void)[]>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` in one READ COMMITTED transaction; a deadlock victim is run again. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return retried(async () => {
      const hooks: (() => void)[] = [];
      const result = await this.inTransaction((tx) => {
        this.hooks.set(tx, hooks);
        return work(tx);
      });
      for (const hook of hooks) hook();
      return result;
    });
  }

  /** TypeORM's `transaction`, in which statements travel together (`ServiceClient`), the last of them with the commit. */
  private async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as ServiceClient;
      client.begin();
      // TypeORM refuses row locks outside of a transaction that it knows of.
      Object.assign(runner, { isTransactionActive: true });
      try {
        openConversation(runner.manager, client);
        openGathering(runner.manager);
        const result = await work(runner.manager);
        await writeGathered(runner.manager);
        endConversation(runner.manager);
        await committed(client);
        return result;
      } catch (error) {
        endConversation(runner.manager);
        await client.rollback().catch(() => undefined);
        throw error;
      } finally {
        Object.assign(runner, { isTransactionActive: false });
      }
    } finally {
      await runner.release();
    }
  }

  /**
   * `run` for a request that carries an `Idempotency-Key`: state change and kept answer commit together, so a retry
   * after a crash either finds both or neither. The answer is sealed (it may hold tokens) and must be plain JSON.
   * Refusals are not kept: what was refused may be tried again.
   * @param ahead reads and locks what `work` begins with; it travels with the question for the kept answer, behind the lock
   * on the key, and is for nothing where there is one
   */
  async once<T>(once: Once, work: (tx: Tx) => Promise<T>): Promise<T>;
  async once<T, S>(once: Once, work: (tx: Tx, seen: S) => Promise<T>, ahead: (tx: Tx) => Promise<S>): Promise<T>;
  async once<T>(
    once: Once,
    work: (tx: Tx, seen: unknown) => Promise<T>,
    ahead?: (tx: Tx) => Promise<unknown>,
  ): Promise<T> {
    const { key, requestHash } = once;
    if (key === undefined || requestHash === undefined) return this.run(async (tx) => work(tx, await ahead?.(tx)));
    return this.run(async (tx) => {
      const [kept, seen] = await Promise.allSettled([keptAnswer(tx, key, requestHash), ahead?.(tx)]);
      if (kept.status === 'rejected') throw kept.reason;
      // A repeat gets its answer whatever has become of what it was about since then.
      if (kept.value !== undefined) return this.opened<T>(key, kept.value);
      if (seen.status === 'rejected') throw seen.reason;
      const answer = await work(tx, seen.value);
      const sealed = this.cipher.seal(JSON.stringify(answer ?? null), answerOf(key));
      await keepAnswer(tx, key, requestHash, sealed, this.clock.now());
      return answer;
    });
  }

  /**
   * The answer that an earlier request with this key got, if there was one: before anything is validated or counted
   * again. A request that is still under way is met in `once`.
   * @throws DomainError idempotency_key_reused when the key came with another body
   */
  async answered({ key, requestHash }: Once): Promise<{ readonly answer: unknown } | undefined> {
    if (key === undefined || requestHash === undefined) return undefined;
    const kept = await findAnswer(this.reader, key, requestHash);
    return kept === undefined ? undefined : { answer: this.opened(key, kept) };
  }

  private opened<T>(key: string, sealed: Buffer): T {
    return JSON.parse(this.cipher.open(sealed, answerOf(key)).toString('utf8')) as T;
  }

  /**
   * `once`, with what must come before the transaction and must not come again with a repeat: a request counted against a
   * limit, a challenge that is worth one request. Whoever repeats a request whose answer was lost gets it, though the limit
   * is reached and the challenge spent by it.
   */
  async onceAdmitted<T, S>(once: Once, admit: () => Promise<S>, work: (tx: Tx, admitted: S) => Promise<T>): Promise<T> {
    const kept = await this.answered(once);
    if (kept !== undefined) return kept.answer as T;
    const admitted = await admit();
    return this.once(once, (tx) => work(tx, admitted));
  }

  /** Readings that are asked in one turn of the event loop: they travel together, without a transaction. Writes nothing. */
  async look<T>(work: (reader: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      openConversation(runner.manager, (await runner.connect()) as ServiceClient);
      return await work(runner.manager);
    } finally {
      endConversation(runner.manager);
      await runner.release();
    }
  }

  /** A hint to run once `tx` is committed (wake the relay, drop a cache entry). Never the only memory of anything. */
  afterCommit(tx: Tx, hook: () => void): void {
    this.hooks.get(tx)?.push(hook);
  }

  /** Reads without a transaction of their own. */
  get reader(): EntityManager {
    return this.dataSource.manager;
  }
}

const answerOf = (key: string): string => `idempotency_keys.answer:${key}`;

/** Runs again what PostgreSQL undid as a whole: a transaction, or one statement that is a transaction of its own. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
      await sleep(5 * 2 ** attempt * Math.random());
    }
  }
}

/** What was not waited for fails here, and is told as any other statement's failure. */
async function committed(client: ServiceClient): Promise<void> {
  try {
    await client.commit();
  } catch (error) {
    throw isDatabaseError(error) ? new QueryFailedError('COMMIT', [], error) : error;
  }
}

const isDatabaseError = (error: unknown): error is Error => error instanceof Error && 'code' in error;

const isRetryable = (error: unknown): boolean =>
  RETRYABLE.has(sqlState(error) ?? '') || (error instanceof QueryFailedError && isStalePlan(error.driverError));

/** The SQLSTATE of a failed statement, or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  return (error.driverError as { code?: string }).code;
}

/** True when `error` is the violation of the unique index or constraint of that name: a guard that spoke. */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driver = error.driverError as { code?: string; constraint?: string };
  return (driver.code === '23505' || driver.code === '23514') && driver.constraint === constraint;
}
