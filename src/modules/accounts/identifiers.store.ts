import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { registerEncryptedColumn, registerIndexedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { BarredIdentifierRow } from './barred-identifier.entity.js';
import type { IdentifierKind } from './domain/identifier.js';
import { IdentifierClaimRow } from './identifier-claim.entity.js';
import { ReleasedIdentifierRow } from './released-identifier.entity.js';

for (const table of ['identifier_claims', 'released_identifiers']) {
  // A released identifier keeps the context of the claim that it was: same id, same bytes.
  const context = (id: string): string => `identifier_claims.value:${id}`;
  registerEncryptedColumn({ table, column: 'value', context });
  registerIndexedColumn({
    table,
    column: 'blind_index',
    kind: { column: 'kind' },
    source: { column: 'value', context },
  });
}

@Injectable()
export class IdentifiersStore {
  /**
   * The unique key speaks (invariant 1); ON CONFLICT keeps the transaction usable.
   * @param digests under every key version, current first: while a rotation runs, a claim under an older one counts too
   */
  async claim(tx: Tx, claim: Omit<IdentifierClaimRow, 'blindIndex'>, digests: readonly string[]): Promise<boolean> {
    const [current] = digests;
    if (digests.length > 1) await this.lockWhileRotating(tx, claim.kind, digests);
    const done = await rows(
      tx,
      `INSERT INTO identifier_claims (id, account_id, kind, blind_index, value, claimed_at)
       SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::bytea, $6::timestamptz
        WHERE NOT EXISTS (SELECT 1 FROM identifier_claims WHERE kind = $3 AND blind_index = ANY($7::text[]))
       ON CONFLICT (kind, blind_index) DO NOTHING RETURNING 1`,
      [claim.id, claim.accountId, claim.kind, current, claim.value, claim.claimedAt, digests],
    );
    return done.length === 1;
  }

  /** Two key versions give one identifier two digests, which the unique key cannot compare: so claims take turns. */
  private async lockWhileRotating(tx: Tx, kind: string, digests: readonly string[]): Promise<void> {
    for (const digest of [...digests].sort()) {
      await rows(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 43))', [`${kind} ${digest}`]);
    }
  }

  async holderOf(reader: EntityManager, kind: IdentifierKind, digests: readonly string[]): Promise<string | undefined> {
    const found = await row<{ account_id: string }>(
      reader,
      'SELECT account_id FROM identifier_claims WHERE kind = $1 AND blind_index = ANY($2::text[])',
      [kind, digests],
    );
    return found?.account_id;
  }

  /** As `holderOf`, locking the account: one statement, whether or not there is one (row 9). */
  async lockHolder(tx: Tx, kind: IdentifierKind, digests: readonly string[]): Promise<string | undefined> {
    const found = await row<{ id: string }>(
      tx,
      `SELECT a.id FROM identifier_claims c JOIN accounts a ON a.id = c.account_id
        WHERE c.kind = $1 AND c.blind_index = ANY($2::text[]) FOR UPDATE OF a`,
      [kind, digests],
    );
    return found?.id;
  }

  claimsOf(reader: EntityManager, accountId: string): Promise<IdentifierClaimRow[]> {
    return rows(
      reader,
      `SELECT id, account_id AS "accountId", kind, blind_index AS "blindIndex", value, claimed_at AS "claimedAt"
         FROM identifier_claims WHERE account_id = $1 ORDER BY claimed_at, id`,
      [accountId],
    );
  }

  releasedOf(reader: EntityManager, accountId: string): Promise<ReleasedIdentifierRow[]> {
    return reader.find(ReleasedIdentifierRow, { where: { accountId }, order: { releasedAt: 'DESC', id: 'DESC' } });
  }

  /** Accounts that once had an identifier that `accountId` has or had: the same hands, perhaps. */
  async sharers(
    reader: EntityManager,
    accountId: string,
  ): Promise<{ accountId: string; kind: IdentifierKind; since: Date }[]> {
    return rows(
      reader,
      `WITH own AS (
         SELECT kind, blind_index FROM identifier_claims WHERE account_id = $1
         UNION SELECT kind, blind_index FROM released_identifiers WHERE account_id = $1)
       SELECT account_id AS "accountId", kind, min(claimed_at) AS since FROM (
         SELECT account_id, kind, claimed_at FROM released_identifiers r JOIN own USING (kind, blind_index)
         UNION ALL SELECT account_id, kind, claimed_at FROM identifier_claims c JOIN own USING (kind, blind_index)) shared
        WHERE account_id <> $1 GROUP BY account_id, kind ORDER BY account_id, kind LIMIT 200`,
      [accountId],
    );
  }

  /** Moves claims into history. @returns what was released */
  async release(
    tx: Tx,
    accountId: string,
    what: { kind?: IdentifierKind; claimIds?: readonly string[] },
    reason: string,
    now: Date,
  ): Promise<{ id: string; kind: IdentifierKind }[]> {
    return rows(
      tx,
      `WITH gone AS (
         DELETE FROM identifier_claims
          WHERE account_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::uuid[] IS NULL OR id = ANY($3))
         RETURNING *)
       INSERT INTO released_identifiers (id, account_id, kind, blind_index, value, claimed_at, released_at, reason)
       SELECT id, account_id, kind, blind_index, value, claimed_at, $4, $5 FROM gone RETURNING id, kind`,
      [accountId, what.kind ?? null, what.claimIds ?? null, now, reason],
    );
  }

  async bar(tx: Tx, bar: BarredIdentifierRow): Promise<void> {
    await changed(
      tx,
      `INSERT INTO barred_identifiers (id, kind, digest, since, until, reason, source_kind, source_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (kind, digest, source_kind, source_id) DO UPDATE SET until = excluded.until, reason = excluded.reason
       RETURNING 1`,
      [bar.id, bar.kind, bar.digest, bar.since, bar.until, bar.reason, bar.sourceKind, bar.sourceId],
    );
  }

  async unbar(tx: Tx, sourceKind: string, sourceId: string): Promise<number> {
    const { affected } = await tx.delete(BarredIdentifierRow, { sourceKind, sourceId });
    return affected ?? 0;
  }

  async barOn(
    reader: EntityManager,
    kind: string,
    digests: readonly string[],
    now: Date,
  ): Promise<BarredIdentifierRow | undefined> {
    return row<BarredIdentifierRow>(
      reader,
      `SELECT id, kind, digest, since, until, reason, source_kind AS "sourceKind", source_id AS "sourceId"
         FROM barred_identifiers WHERE kind = $1 AND digest = ANY($2::text[]) AND since <= $3 AND until > $3
        ORDER BY until DESC LIMIT 1`,
      [kind, digests, now],
    );
  }

  /** Every bar on any of these that stands now. */
  async barsOn(
    reader: EntityManager,
    subjects: readonly { readonly kind: string; readonly digest: string }[],
    now: Date,
  ): Promise<BarredIdentifierRow[]> {
    return rows<BarredIdentifierRow>(
      reader,
      `SELECT id, kind, digest, since, until, reason, source_kind AS "sourceKind", source_id AS "sourceId"
         FROM barred_identifiers
        WHERE (kind, digest) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND since <= $3 AND until > $3
        ORDER BY until DESC, id`,
      [subjects.map((s) => s.kind), subjects.map((s) => s.digest), now],
    );
  }

  barsById(reader: EntityManager, ids: readonly string[], now: Date): Promise<BarredIdentifierRow[]> {
    return rows<BarredIdentifierRow>(
      reader,
      `SELECT id, kind, digest, since, until, reason, source_kind AS "sourceKind", source_id AS "sourceId"
         FROM barred_identifiers WHERE id = ANY ($1) AND until > $2`,
      [ids, now],
    );
  }

  async unbarById(tx: Tx, ids: readonly string[]): Promise<number> {
    return (await changed(tx, 'DELETE FROM barred_identifiers WHERE id = ANY ($1) RETURNING 1', [ids])).length;
  }

  async moveBars(tx: Tx, source: { readonly kind: string; readonly id: string }, until: Date): Promise<number> {
    const moved = await changed(
      tx,
      'UPDATE barred_identifiers SET until = $3 WHERE source_kind = $1 AND source_id = $2 RETURNING 1',
      [source.kind, source.id, until],
    );
    return moved.length;
  }

  /** The digest goes when the ban ends. @returns how many went */
  async forgetEndedBars(tx: Tx, now: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM barred_identifiers WHERE id IN (
         SELECT id FROM barred_identifiers WHERE until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now, limit],
    );
    return gone.length;
  }
}
