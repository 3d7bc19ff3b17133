import type { EntityManager } from 'typeorm';

/** Plain SQL through the transaction's manager; rows come back as `T`. */
export const rows = <T>(tx: EntityManager, text: string, values: readonly unknown[] = []): Promise<T[]> =>
  tx.query<T[]>(text, values as unknown[]);

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
  const answer = await tx.query<unknown>(text, values as unknown[]);
  const pair = answer as [T[], number];
  return Array.isArray(pair) && Array.isArray(pair[0]) ? pair[0] : (answer as T[]);
}
