import { type EntityManager, QueryFailedError } from 'typeorm';
import { conversationOf } from './conversation.js';

const MOST_TEXTS = 50;

/** Plain SQL through the transaction's manager; rows come back as `T`. */
export async function rows<T>(tx: EntityManager, text: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = conversationOf(tx);
  if (client === undefined) return tx.query<T[]>(text, values as unknown[]);
  try {
    return (await client.ask(text, values)).rows as T[];
  } catch (error) {
    throw new QueryFailedError(text, values as unknown[], error as Error);
  }
}

/** First row or undefined. */
export async function row<T>(tx: EntityManager, text: string, values: readonly unknown[] = []): Promise<T | undefined> {
  const found = await rows<T>(tx, text, values);
  return found[0];
}

/**
 * For `UPDATE|DELETE … RETURNING`: TypeORM answers `[rows, count]` there.
 * @returns the returned rows; their number is the row count to check (rule 4 of the house)
 */
export async function changed<T = unknown>(
  tx: EntityManager,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const answer = await rows<unknown>(tx, text, values);
  const [first] = answer;
  return Array.isArray(first) && answer.length === 2 ? (first as T[]) : (answer as T[]);
}

/**
 * A write whose answer nobody needs: in a transaction it is not waited for, and travels with the next statement, at the
 * latest with the commit, which fails if it failed.
 */
export async function post(tx: EntityManager, text: string, values: readonly unknown[] = []): Promise<void> {
  const client = conversationOf(tx);
  if (client === undefined) await tx.query(text, values as unknown[]);
  else client.post(text, values);
}

/**
 * A statement that takes any number of rows as `VALUES`: its text by their number, made once each. A text that is put
 * together for every call has to be read through again to find the name it is prepared under.
 */
export function textByRows(types: readonly string[], text: (given: string) => string): (count: number) => string {
  const known = new Map<number, string>();
  const rowAt = (row: number): string =>
    `(${types.map((type, i) => `$${row * types.length + i + 1}::${type}`).join(', ')})`;
  return (count) => {
    const found = known.get(count) ?? text(Array.from({ length: count }, (_, row) => rowAt(row)).join(', '));
    if (known.size < MOST_TEXTS) known.set(count, found);
    return found;
  };
}
