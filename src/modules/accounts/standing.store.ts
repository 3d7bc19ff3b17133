import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { changed, post, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { AccountState } from './domain/account-lifecycle.js';
import type { MinorLimits, StandingEntry, StandingFacts } from './domain/standing.js';
import type { Changes } from './standing-cache.js';

/** Which decision an entry comes from; one source has at most one entry of a kind, code and feature at a time. */
export interface StandingSource {
  /** `sanction`, `guardian_consent`, `agreement`, … */
  readonly kind: string;
  readonly id: string;
}

interface FactsRow {
  readonly id: string;
  readonly state: AccountState;
  readonly stateChangedAt: Date;
  readonly objection: boolean;
  readonly birthDate: Buffer | null;
  readonly version: number;
  readonly changedAt: Date;
  readonly entries: EntryJson[] | null;
}

interface EntryJson {
  readonly kind: StandingEntry['kind'];
  readonly code: string;
  readonly clause: string;
  readonly feature: string;
  readonly since: string;
  readonly until: string | null;
  readonly dueAt: string | null;
  readonly blocksWhenDue: boolean;
  readonly sanctionId: string | null;
  readonly documentId: string | null;
  readonly documentVersion: string | null;
  readonly details: MinorLimits | null;
}

/*
 * One round trip for any number of accounts. Entries that ended before the last write cannot change any answer any more.
 * For one account there is a text of its own: of a list PostgreSQL does not know the length, and plans it anew each time.
 */
const factsWhere = (condition: string): string => `
  SELECT a.id, a.state, a.state_changed_at AS "stateChangedAt",
         a.improvement_objection AS objection, CASE WHEN a.band = '18_plus' THEN NULL ELSE a.birth_date END AS "birthDate",
         a.standing_version AS version, a.standing_changed_at AS "changedAt", e.entries
    FROM accounts a
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('kind', s.kind, 'code', s.code, 'clause', s.clause, 'feature', s.feature,
               'since', s.since, 'until', s.until, 'dueAt', s.due_at, 'blocksWhenDue', s.blocks_when_due,
               'sanctionId', s.sanction_id, 'documentId', s.document_id, 'documentVersion', s.document_version,
               'details', s.details)) AS entries
        FROM standing_entries s
       WHERE s.account_id = a.id AND s.lifted_at IS NULL AND (s.until IS NULL OR s.until > a.standing_changed_at)
    ) e ON true
   WHERE ${condition}`;
const FACTS = factsWhere('a.id = ANY($1::uuid[])');
const FACTS_OF_ONE = factsWhere('a.id = $1');

/** More changes than this are not told one by one. */
const MOST_CHANGES = 5_000;

/*
 * Transactions end in another order than they begin, so no clock and no counter says what a reader has not seen yet; its
 * snapshot does. New since then: whoever was still at work in it, and whoever began after it. The upper end keeps out what
 * a restored dump brings along from another server.
 */
const CHANGES = `
  SELECT now.snapshot::text AS at, CASE WHEN $1::text IS NOT NULL THEN ARRAY(
           SELECT id FROM accounts WHERE standing_xid = ANY(ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot)))
            UNION ALL
           SELECT id FROM accounts
            WHERE standing_xid >= pg_snapshot_xmax($1::text::pg_snapshot) AND standing_xid < pg_snapshot_xmax(now.snapshot)
            LIMIT ${MOST_CHANGES + 1}) END AS ids
    FROM (SELECT pg_current_snapshot() AS snapshot) now`;

const INSERT = `INSERT INTO standing_entries AS s (id, account_id, kind, code, clause, feature, source_kind, source_id, sanction_id,
              document_id, document_version, since, until, due_at, blocks_when_due, details, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb, $17)`;

const valuesOf = (accountId: string, source: StandingSource, entry: StandingEntry, now: Date): unknown[] => [
  newId(),
  accountId,
  entry.kind,
  entry.code,
  entry.clause,
  entry.feature,
  source.kind,
  source.id,
  entry.sanctionId,
  entry.documentId,
  entry.documentVersion,
  entry.since,
  entry.until,
  entry.dueAt,
  entry.blocksWhenDue,
  entry.details === null ? null : JSON.stringify(entry.details),
  now,
];

/** For the plans that `bench/queue-page.mjs` prints. */
export const STANDING_SQL = { facts: FACTS, changes: CHANGES } as const;

@Injectable()
export class StandingStore {
  constructor(private readonly cipher: FieldCipher) {}

  /** By account id; an account that does not exist is not in it. */
  async facts(reader: EntityManager, ids: readonly string[]): Promise<Map<string, StandingFacts>> {
    const found = await rows<FactsRow>(reader, FACTS, [ids]);
    return new Map(found.map((r) => [r.id, this.factsOf(r)]));
  }

  async factsOfOne(reader: EntityManager, accountId: string): Promise<StandingFacts | undefined> {
    const [found] = await rows<FactsRow>(reader, FACTS_OF_ONE, [accountId]);
    return found && this.factsOf(found);
  }

  /** Whose standing was changed by what has committed since that answer of this same question; see `StandingCache`. */
  async changes(reader: EntityManager, since: string | undefined): Promise<Changes> {
    const [told] = await rows<{ at: string; ids: string[] | null }>(reader, CHANGES, [since ?? null]);
    if (told === undefined) throw new Error('a question without a condition has one answer');
    const ids = told.ids !== null && told.ids.length <= MOST_CHANGES ? told.ids : undefined;
    return { at: told.at, ids };
  }

  /** Idempotent: the same source imposing the same again moves its times. @returns false when nothing differs */
  async impose(tx: Tx, accountId: string, source: StandingSource, entry: StandingEntry, now: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `${INSERT}
       ON CONFLICT (account_id, source_kind, source_id, kind, code, feature) WHERE lifted_at IS NULL
       DO UPDATE SET clause = excluded.clause, sanction_id = excluded.sanction_id, document_id = excluded.document_id,
              document_version = excluded.document_version, since = excluded.since, until = excluded.until,
              due_at = excluded.due_at, blocks_when_due = excluded.blocks_when_due, details = excluded.details
        WHERE (s.clause, s.sanction_id, s.document_id, s.document_version, s.since, s.until, s.due_at, s.blocks_when_due,
               s.details) IS DISTINCT FROM (excluded.clause, excluded.sanction_id, excluded.document_id,
               excluded.document_version, excluded.since, excluded.until, excluded.due_at, excluded.blocks_when_due,
               excluded.details)
       RETURNING 1`,
      valuesOf(accountId, source, entry, now),
    );
    return done.length === 1;
  }

  /** What this source cannot have imposed before, because it is new itself. */
  async add(tx: Tx, accountId: string, source: StandingSource, entry: StandingEntry, now: Date): Promise<void> {
    await post(tx, INSERT, valuesOf(accountId, source, entry, now));
  }

  /** @returns how many entries of this source stood */
  async lift(
    tx: Tx,
    accountId: string,
    source: StandingSource,
    only: { kind?: StandingEntry['kind']; code?: string },
    now: Date,
  ): Promise<number> {
    const done = await changed(
      tx,
      `UPDATE standing_entries SET lifted_at = $4
        WHERE account_id = $1 AND source_kind = $2 AND source_id = $3 AND lifted_at IS NULL
          AND ($5::text IS NULL OR kind = $5) AND ($6::text IS NULL OR code = $6) RETURNING 1`,
      [accountId, source.kind, source.id, now, only.kind ?? null, only.code ?? null],
    );
    return done.length;
  }

  async stamp(tx: Tx, accountId: string, version: number, changedAt: Date, dueAt: Date | null): Promise<void> {
    await post(
      tx,
      `UPDATE accounts SET standing_version = $2, standing_changed_at = $3, standing_due_at = $4,
              standing_xid = pg_current_xact_id() WHERE id = $1`,
      [accountId, version, changedAt, dueAt],
    );
  }

  /** Accounts whose standing time has changed since it was last told, locked, each by one worker only. */
  async claimDue(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT id FROM accounts WHERE standing_due_at <= $1 ORDER BY standing_due_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
    return found.map((r) => r.id);
  }

  private factsOf(r: FactsRow): StandingFacts {
    return {
      accountId: r.id,
      state: r.state,
      stateChangedAt: r.stateChangedAt,
      improvementObjection: r.objection,
      ...(r.birthDate === null
        ? {}
        : { birthDate: this.cipher.openText(r.birthDate, columnContext('accounts', 'birth_date', r.id)) }),
      storedVersion: r.version,
      changedAt: r.changedAt,
      entries: (r.entries ?? []).map(entryOf),
    };
  }
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const entryOf = (e: EntryJson): StandingEntry => ({
  ...e,
  since: new Date(e.since),
  until: instant(e.until),
  dueAt: instant(e.dueAt),
});
