import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual } from 'typeorm';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type ConsentState, PENDING_STATES } from './domain/consent-lifecycle.js';
import { GuardianConsentEntity } from './guardian-consent.entity.js';

export interface EvidenceStep {
  readonly consentId: string;
  readonly accountId: string;
  /** What happened: `contacted`, `verified`, `granted`, … */
  readonly step: string;
  /** How it was shown: `sms_link`, `sms_code`, `system`. */
  readonly method: string;
  /** Address, user agent, texts accepted; sealed. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** Columns that a step may change together with the state. */
export type ConsentChange = Partial<
  Pick<
    GuardianConsentEntity,
    | 'state'
    | 'guardianPhone'
    | 'guardianPhoneIndex'
    | 'guardianName'
    | 'relationship'
    | 'linkVersion'
    | 'linkExpiresAt'
    | 'linksSent'
    | 'remindAt'
    | 'minutesPerDay'
    | 'quietFrom'
    | 'quietTo'
    | 'decidedAt'
    | 'endedAt'
  >
>;

/** How a refusal was shown by somebody who is no guardian of the minor at all. */
export const NOT_MY_CHILD = 'not_my_child';

const LIVE: readonly ConsentState[] = [...PENDING_STATES, 'granted'];

@Injectable()
export class GuardianConsentsStore {
  constructor(private readonly cipher: FieldCipher) {}

  async insert(tx: Tx, consent: GuardianConsentEntity): Promise<void> {
    await tx.getRepository(GuardianConsentEntity).insert(consent);
  }

  find(tx: Tx, id: string): Promise<GuardianConsentEntity | null> {
    return tx.getRepository(GuardianConsentEntity).findOneBy({ id });
  }

  lock(tx: Tx, id: string): Promise<GuardianConsentEntity | null> {
    return tx.getRepository(GuardianConsentEntity).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The consent that counts for an account now: the live one, else the newest that ended. */
  async latestOf(tx: Tx, accountId: string): Promise<GuardianConsentEntity | null> {
    const repository = tx.getRepository(GuardianConsentEntity);
    const live = await repository.findOneBy({ accountId, state: In([...LIVE]) });
    return live ?? repository.findOne({ where: { accountId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  listOf(tx: Tx, accountId: string): Promise<GuardianConsentEntity[]> {
    return tx
      .getRepository(GuardianConsentEntity)
      .find({ where: { accountId }, order: { createdAt: 'DESC', id: 'DESC' }, take: 50 });
  }

  /** Lets requests to one guardian's number pass one at a time, so that the cap on wards is exact (MIN-1). */
  async lockGuardian(tx: Tx, phoneIndex: string): Promise<void> {
    await rows(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 45))', [phoneIndex]);
  }

  /** Whether the number guards this minor, or is asked to. */
  async isGuardianOf(tx: Tx, accountId: string, phoneIndexes: readonly string[]): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM guardian_consents
        WHERE account_id = $1 AND guardian_phone_index = ANY($2)
          AND state IN ('requested', 'contacted', 'verified', 'granted')`,
      [accountId, phoneIndexes],
    );
    return found !== undefined;
  }

  /** How many minors the number guards or is asked to guard, one account left out. */
  async wardsOf(tx: Tx, phoneIndexes: readonly string[], exceptAccountId: string): Promise<number> {
    const found = await row<{ count: number }>(
      tx,
      `SELECT count(DISTINCT account_id)::int AS count FROM guardian_consents
        WHERE guardian_phone_index = ANY($1) AND account_id <> $2
          AND state IN ('requested', 'contacted', 'verified', 'granted')`,
      [phoneIndexes, exceptAccountId],
    );
    return found?.count ?? 0;
  }

  /** Requests of a minor since a guardian last consented; all of them when nobody ever did. */
  async requestsSinceConsent(tx: Tx, accountId: string): Promise<number> {
    const found = await row<{ count: number }>(
      tx,
      `SELECT count(*)::int AS count FROM guardian_consents
        WHERE account_id = $1 AND created_at > coalesce(
          (SELECT max(created_at) FROM guardian_consents WHERE account_id = $1 AND state IN ('granted', 'revoked', 'lapsed')),
          '-infinity')`,
      [accountId],
    );
    return found?.count ?? 0;
  }

  /** Whether the holder of the number, asked for this minor before, said that it is not their child. */
  async saidNotTheirs(tx: Tx, accountId: string, phoneIndexes: readonly string[]): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM guardian_consents c JOIN guardian_consent_evidence e ON e.consent_id = c.id
        WHERE c.account_id = $1 AND c.guardian_phone_index = ANY($2) AND e.step = 'refused' AND e.method = $3 LIMIT 1`,
      [accountId, phoneIndexes, NOT_MY_CHILD],
    );
    return found !== undefined;
  }

  /** @returns false when somebody else changed it since `version` was read */
  async change(tx: Tx, id: string, version: number, change: ConsentChange): Promise<boolean> {
    const result = await tx
      .getRepository(GuardianConsentEntity)
      .update({ id, version }, { ...change, version: version + 1 });
    return result.affected === 1;
  }

  /** Ids of requests whose time is up, oldest first; locked, so that two sweeps share the work. */
  async expired(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT id FROM guardian_consents
        WHERE state IN ('requested', 'contacted', 'verified') AND expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
    return found.map((r) => r.id);
  }

  /** Takes the reminder off every due request: who gets a row here sends it, once. A request whose time is over needs none. */
  async takeReminders(tx: Tx, now: Date, limit: number): Promise<{ id: string; accountId: string }[]> {
    return changed<{ id: string; accountId: string }>(
      tx,
      `UPDATE guardian_consents SET remind_at = NULL
        WHERE id IN (SELECT id FROM guardian_consents
                      WHERE remind_at <= $1 AND expires_at > $1 AND state IN ('requested', 'contacted', 'verified')
                      ORDER BY remind_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, account_id AS "accountId"`,
      [now, limit],
    );
  }

  async addEvidence(tx: Tx, step: EvidenceStep): Promise<void> {
    const id = newId();
    const details = this.cipher.seal(
      JSON.stringify(step.details),
      columnContext('guardian_consent_evidence', 'details', id),
    );
    await rows(
      tx,
      `INSERT INTO guardian_consent_evidence (id, consent_id, account_id, step, method, details, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, step.consentId, step.accountId, step.step, step.method, details, step.at],
    );
  }

  async evidenceOf(tx: Tx, consentId: string): Promise<{ step: string; method: string; at: Date }[]> {
    return rows(tx, 'SELECT step, method, at FROM guardian_consent_evidence WHERE consent_id = $1 ORDER BY at, id', [
      consentId,
    ]);
  }

  /** Requests that would expire by `now`, for the overdue gauge. */
  overdue(tx: Tx, now: Date): Promise<GuardianConsentEntity | null> {
    return tx.getRepository(GuardianConsentEntity).findOne({
      where: { state: In([...PENDING_STATES]), expiresAt: LessThanOrEqual(now) },
      order: { expiresAt: 'ASC' },
    });
  }
}
