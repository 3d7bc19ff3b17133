import { Injectable } from '@nestjs/common';
import { changed, post, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Facts, Fired } from './domain/evaluate.js';
import type { RecordedKeys } from './domain/marks.js';
import { type Outcome, type Policy, type Stage } from './domain/policy.js';
import type { RecordedAttempt } from './domain/replay.js';

/** An attempt as it lies in the store: its places still behind their cover. */
export type KeptAttempt = Omit<RecordedAttempt, 'keys' | 'places'> & { readonly keys: RecordedKeys };

/** One judgement as it is kept: outcome, every rule that fired with what it saw, and the facts; nobody's name. */
export interface StoredDecision {
  readonly id: string;
  readonly at: Date;
  readonly registrationId: string;
  readonly stage: Stage;
  readonly outcome: Outcome;
  readonly fired: readonly Fired[];
  readonly facts: Omit<Facts, 'stage' | 'counts'>;
  readonly keys: RecordedKeys;
  readonly elapsedMs: number | null;
  readonly policyVersion: string;
  readonly policyDigest: string;
}

export interface RuleVersionRow {
  readonly digest: string;
  readonly version: string;
  readonly content: Pick<Policy, 'version' | 'rules' | 'segments' | 'names'>;
  readonly firstUsedAt: Date;
  readonly decisions: number;
}

const COLUMNS = `id, at, registration_id AS "registrationId", stage, outcome, fired, facts, keys,
  elapsed_ms::float8 AS "elapsedMs", policy_version AS "policyVersion", policy_digest AS "policyDigest"`;

@Injectable()
export class RulesStore {
  /** @returns true for the first who uses this policy */
  async addPolicy(tx: Tx, policy: Policy, now: Date): Promise<boolean> {
    const { version, rules, segments, names, digest } = policy;
    const added = await rows(
      tx,
      `INSERT INTO registration_policies (digest, version, content, first_used_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (digest) DO NOTHING RETURNING 1`,
      [digest, version, JSON.stringify({ version, rules, segments, names }), now],
    );
    return added.length === 1;
  }

  async addDecision(tx: Tx, d: StoredDecision): Promise<void> {
    await post(
      tx,
      `INSERT INTO registration_decisions
         (id, at, registration_id, stage, outcome, fired, facts, keys, elapsed_ms, policy_version, policy_digest)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      decisionValues(d),
    );
  }

  decisionsOf(tx: Tx, registrationId: string): Promise<StoredDecision[]> {
    return rows<StoredDecision>(
      tx,
      `SELECT ${COLUMNS} FROM registration_decisions WHERE registration_id = $1 ORDER BY at, id`,
      [registrationId],
    );
  }

  /** Recorded attempts in order of time, a page at a time. */
  async attemptsSince(
    tx: Tx,
    since: Date,
    after: { at: Date; id: string } | undefined,
    limit: number,
  ): Promise<KeptAttempt[]> {
    const found = await rows<StoredDecision>(
      tx,
      `SELECT ${COLUMNS} FROM registration_decisions
        WHERE at >= $1 AND ($2::timestamptz IS NULL OR (at, id) > ($2, $3::uuid)) ORDER BY at, id LIMIT $4`,
      [since, after?.at ?? null, after?.id ?? null, limit],
    );
    return found.map(({ id, registrationId, stage, at, outcome, fired, keys, facts, elapsedMs }) => ({
      id,
      registrationId,
      stage,
      at,
      outcome,
      rules: fired.map((f) => f.rule),
      keys,
      facts,
      ...(elapsedMs === null ? {} : { elapsedMs }),
    }));
  }

  /** Newest first, with how much was decided under each lately. */
  versions(tx: Tx, since: Date): Promise<RuleVersionRow[]> {
    return rows(
      tx,
      `SELECT p.digest, p.version, p.content, p.first_used_at AS "firstUsedAt",
              (SELECT count(*)::int FROM registration_decisions d WHERE d.policy_digest = p.digest AND d.at >= $1) AS decisions
         FROM registration_policies p ORDER BY p.first_used_at DESC, p.digest LIMIT 100`,
      [since],
    );
  }

  /** The policies under which anything was decided since. */
  async policiesSince(tx: Tx, since: Date): Promise<Policy[]> {
    // Kept as it was read, not as it was written: it is taken as it is.
    const found = await rows<{ content: Omit<Policy, 'digest'>; digest: string }>(
      tx,
      `SELECT content, digest FROM registration_policies WHERE digest IN
         (SELECT DISTINCT policy_digest FROM registration_decisions WHERE at >= $1)`,
      [since],
    );
    return found.map(({ content, digest }) => ({ ...content, digest }));
  }

  /** @returns true when the month's partition was made now */
  async createMonth(tx: Tx, firstDay: string): Promise<boolean> {
    const [made] = await rows<{ made: boolean }>(tx, 'SELECT registration_decisions_create_month($1::date) AS made', [
      firstDay,
    ]);
    return made?.made === true;
  }

  /** Accounts registered with the same device, or from the same subnet, while decisions are kept; the keys are digests. */
  linksOf(tx: Tx, accountId: string, key: 'device' | 'subnet'): Promise<{ accountId: string; since: Date }[]> {
    return rows(
      tx,
      `SELECT account_id AS "accountId", min(at) AS since FROM registration_decisions
        WHERE account_id IS NOT NULL AND account_id <> $1 AND (keys ->> '${key}') IS NOT NULL AND (keys ->> '${key}') IN (
          SELECT keys ->> '${key}' FROM registration_decisions WHERE account_id = $1)
        GROUP BY account_id ORDER BY account_id LIMIT 200`,
      [accountId],
    );
  }

  async forgetDecisions(tx: Tx, before: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM registration_decisions WHERE (id, at) IN
         (SELECT id, at FROM registration_decisions WHERE at < $1 ORDER BY at LIMIT $2) RETURNING 1`,
      [before, limit],
    );
    return gone.length;
  }
}

export const decisionValues = (d: StoredDecision): unknown[] => [
  d.id,
  d.at,
  d.registrationId,
  d.stage,
  d.outcome,
  JSON.stringify(d.fired),
  JSON.stringify(d.facts),
  JSON.stringify(d.keys),
  d.elapsedMs,
  d.policyVersion,
  d.policyDigest,
];
