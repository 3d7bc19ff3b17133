import { Injectable } from '@nestjs/common';
import { writeGathered } from '../../platform/database/gathered.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Scalar, TablePlace } from './domain/policy.js';
import { heldSql } from './hold.store.js';
import type { SampledRow } from './due-records.store.js';

export type LiveRow = Readonly<Record<string, unknown>>;

/**
 * The deletion gateway's statements on the tables of the catalogue. Table and column names come from the policy, whose
 * loader lets nothing but plain identifiers pass; every value is a parameter.
 */
@Injectable()
export class PlaceStore {
  /** How many rows of the subject are still to be erased there, and the latest of their own times. */
  async count(tx: Tx, place: TablePlace, accountId: string): Promise<{ count: number; lastSince: Date | null }> {
    if (place.subject === undefined) return { count: 0, lastSince: null };
    const values: unknown[] = [accountId];
    const found = await row<{ count: number; last: Date | null }>(
      tx,
      `SELECT count(*)::int AS count, ${place.since === undefined ? 'NULL::timestamptz' : `max(${place.since})`} AS last
         FROM ${place.table} WHERE ${place.subject} = $1${stillThere(place, values)}`,
      values,
    );
    return { count: found?.count ?? 0, lastSince: found?.last ?? null };
  }

  /** The subject's rows: key, time, case and the personal columns. */
  async read(tx: Tx, place: TablePlace, accountId: string): Promise<LiveRow[]> {
    if (place.subject === undefined) return [];
    const extra = [
      place.key,
      ...(place.since === undefined ? [] : [place.since]),
      ...(place.case === undefined ? [] : [place.case]),
    ];
    const columns = [...new Set([...extra, ...place.columns])];
    return rows<LiveRow>(
      tx,
      `SELECT ${columns.join(', ')} FROM ${place.table} WHERE ${place.subject} = $1 ORDER BY ${place.key}`,
      [accountId],
    );
  }

  async caseIds(tx: Tx, place: TablePlace, accountId: string): Promise<string[]> {
    if (place.case === undefined || place.subject === undefined) return [];
    const found = await rows<{ id: string }>(
      tx,
      `SELECT DISTINCT ${place.case}::text AS id FROM ${place.table} WHERE ${place.subject} = $1 AND ${place.case} IS NOT NULL`,
      [accountId],
    );
    return found.map((r) => r.id);
  }

  /** Erases at most `limit` rows of the subject, by key. @returns how many went */
  async eraseSubject(tx: Tx, place: TablePlace, accountId: string, limit: number): Promise<number> {
    if (place.subject === undefined) return 0;
    const values: unknown[] = [accountId, limit];
    const picked = `SELECT ${place.key} FROM ${place.table}
                     WHERE ${place.subject} = $1${stillThere(place, values)} ORDER BY ${place.key} LIMIT $2`;
    // The subject again: a key that is unique within a subject only must not reach another's rows.
    return (await this.erase(tx, place, `${place.subject} = $1 AND ${place.key} IN (${picked})`, values)).length;
  }

  /** The next rows whose own time is before `before`, in keyset order. */
  due(
    tx: Tx,
    place: TablePlace,
    before: Date,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<{ key: string; since: string; subject: string | null }[]> {
    const since = sinceOf(place);
    const values: unknown[] = [before, limit];
    return rows(
      tx,
      `SELECT ${place.key}::text AS key, ${since}::text AS since, ${place.subject === undefined ? 'NULL' : place.subject}::text AS subject FROM ${place.table}
        WHERE ${since} < $1${stillThere(place, values)}
          ${after === undefined ? '' : `AND (${since}, ${place.key}) > (${push(values, after[0])}, ${push(values, after[1])})`}
        ORDER BY ${since}, ${place.key} LIMIT $2`,
      values,
    );
  }

  /** The oldest due rows of a place, each with its account and whether a hold keeps it. */
  sampleDue(tx: Tx, place: TablePlace, recordClass: string, before: Date, limit: number): Promise<SampledRow[]> {
    const caseMatch = place.case === undefined ? 'false' : `h.case_id::text = ${place.table}.${place.case}::text`;
    const since = sinceOf(place);
    const values: unknown[] = [recordClass, before, limit];
    return rows(
      tx,
      `SELECT ${subjectOf(place)}::text AS subject, ${since} AS since, ${heldSql(subjectOf(place), '$1::text', caseMatch)} AS held
         FROM ${place.table} WHERE ${since} < $2${stillThere(place, values)} ORDER BY ${since}, ${place.key} LIMIT $3`,
      values,
    );
  }

  /** Erases those of `keys` that are still due and not held: the hold check is part of the statement. */
  async eraseDue(
    tx: Tx,
    place: TablePlace,
    recordClass: string,
    before: Date,
    keys: readonly string[],
  ): Promise<number> {
    const caseMatch = place.case === undefined ? 'false' : `h.case_id::text = ${place.table}.${place.case}::text`;
    const held = heldSql(subjectOf(place), '$1', caseMatch);
    const values: unknown[] = [recordClass, before, keys];
    return (await this.erase(tx, place, `${place.key} = ANY ($3) AND ${sinceOf(place)} < $2 AND NOT ${held}`, values))
      .length;
  }

  async countDue(
    tx: Tx,
    place: TablePlace,
    recordClass: string,
    before: Date,
  ): Promise<{ due: number; held: number; oldest: Date | null }> {
    const caseMatch = place.case === undefined ? 'false' : `h.case_id::text = ${place.table}.${place.case}::text`;
    const held = heldSql(subjectOf(place), '$1::text', caseMatch);
    const values: unknown[] = [recordClass, before];
    const found = await row<{ due: number; held: number; oldest: Date | null }>(
      tx,
      `SELECT count(*)::int AS due, count(*) FILTER (WHERE held)::int AS held, min(since) FILTER (WHERE NOT held) AS oldest
         FROM (SELECT ${sinceOf(place)} AS since, ${held} AS held FROM ${place.table}
                WHERE ${sinceOf(place)} < $2${stillThere(place, values)}) AS found`,
      values,
    );
    return found ?? { due: 0, held: 0, oldest: null };
  }

  /** The oldest row past its time that no hold keeps: what the alert on overdue records asks. */
  async oldestOverdue(tx: Tx, place: TablePlace, recordClass: string, before: Date): Promise<Date | null> {
    const caseMatch = place.case === undefined ? 'false' : `h.case_id::text = ${place.table}.${place.case}::text`;
    const values: unknown[] = [recordClass, before];
    const found = await row<{ since: Date }>(
      tx,
      `SELECT ${sinceOf(place)} AS since FROM ${place.table}
        WHERE ${sinceOf(place)} < $2${stillThere(place, values)} AND NOT ${heldSql(subjectOf(place), '$1::text', caseMatch)}
        ORDER BY ${sinceOf(place)} LIMIT 1`,
      values,
    );
    return found?.since ?? null;
  }

  /** How many rows there are, and their first and last own time. */
  async span(tx: Tx, place: TablePlace): Promise<{ count: number; first: Date | null; last: Date | null }> {
    const values: unknown[] = [];
    const since = place.since ?? 'NULL::timestamptz';
    const found = await row<{ count: number; first: Date | null; last: Date | null }>(
      tx,
      `SELECT count(*)::int AS count, min(${since}) AS first, max(${since}) AS last FROM ${place.table}
        WHERE true${stillThere(place, values)}`,
      values,
    );
    return found ?? { count: 0, first: null, last: null };
  }

  private async erase(tx: Tx, place: TablePlace, condition: string, values: unknown[]): Promise<unknown[]> {
    // What this transaction has told the log so far is there before it is erased, never after.
    await writeGathered(tx);
    if (place.set === undefined)
      return changed(tx, `DELETE FROM ${place.table} WHERE ${condition} RETURNING 1`, values);
    const setters = Object.entries(place.set).map(([column, to]) => `${column} = ${literal(values, to)}`);
    return changed(tx, `UPDATE ${place.table} SET ${setters.join(', ')} WHERE ${condition} RETURNING 1`, values);
  }
}

const subjectOf = (place: TablePlace): string =>
  place.subject === undefined ? 'NULL' : `${place.table}.${place.subject}`;

function sinceOf(place: TablePlace): string {
  if (place.since === undefined) throw new Error(`${place.table} has no column to count from`);
  return place.since;
}

const push = (values: unknown[], value: unknown): string => `$${values.push(value)}`;

const literal = (values: unknown[], to: Scalar): string => (to === null ? 'NULL' : push(values, to));

/** An anonymised row stays; it still counts as long as one of its columns is not what erasing makes of it. */
function stillThere(place: TablePlace, values: unknown[]): string {
  if (place.set === undefined) return '';
  const differs = Object.entries(place.set).map(([column, to]) => `${column} IS DISTINCT FROM ${literal(values, to)}`);
  return ` AND (${differs.join(' OR ')})`;
}
