import type { EntityManager } from 'typeorm';

/** Writes what was gathered during one transaction, all of it in one statement. */
export interface GatheredWriter<T> {
  write(tx: EntityManager, items: readonly T[]): Promise<void>;
}

type Gathered = Map<GatheredWriter<unknown>, unknown[]>;

const open = new WeakMap<EntityManager, Gathered>();

/** From here on `gather` keeps what it is given for the end of `tx`. */
export function openGathering(tx: EntityManager): void {
  open.set(tx, new Map());
}

/**
 * Puts something off to the end of the transaction, where all of its kind go in one round trip: journal entries are
 * written by every step and read by none. Outside of a transactor's transaction it is written at once.
 */
export async function gather<T>(tx: EntityManager, writer: GatheredWriter<T>, item: T): Promise<void> {
  const gathered = open.get(tx);
  if (gathered === undefined) return writer.write(tx, [item]);
  const items = gathered.get(writer as GatheredWriter<unknown>) ?? [];
  gathered.set(writer as GatheredWriter<unknown>, [...items, item]);
}

/** Writes what is gathered so far; before the commit, and before a statement that must see it (an erasure). */
export async function writeGathered(tx: EntityManager): Promise<void> {
  const gathered = open.get(tx);
  if (gathered === undefined || gathered.size === 0) return;
  const writes = [...gathered];
  gathered.clear();
  await Promise.all(writes.map(([writer, items]) => writer.write(tx, items)));
}
