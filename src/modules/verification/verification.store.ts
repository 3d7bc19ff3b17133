import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { CodeWording, Purpose } from './domain/code.js';
import type { SendFacts } from './domain/send-limits.js';
import { PUT_CODE } from './put-code.sql.js';

export interface NewCode {
  readonly purpose: Purpose;
  readonly subjectId: string;
  readonly accountId: string | null;
  readonly issueId: string;
  readonly destination: string;
  /** Region or calling code of the number: what the budget against pumping goes by. */
  readonly country: string;
  /** Digest of where it was asked for, for the same budget; null where a known holder asked. */
  readonly address: string | null;
  readonly codeDigest: string;
  readonly wording: CodeWording;
  readonly sealedMessage: Buffer;
  /** Nothing is to be sent. */
  readonly decoy: boolean;
  readonly expiresAt: Date;
  readonly forgetAt: Date;
}

/** Limits as lengths in milliseconds and counts; instants are computed from `now` so that one clock rules. */
export type SendLimits = Omit<SendFacts, 'subject' | 'destination'>;

export interface CodeKey {
  readonly purpose: Purpose;
  readonly subjectId: string;
}

export interface CountedAttempt {
  readonly issueId: string;
  readonly destination: string;
  readonly codeDigest: string;
  readonly attempts: number;
}

export interface CodeToSend {
  readonly issueId: string;
  readonly purpose: Purpose;
  readonly wording: CodeWording;
  readonly sealedMessage: Buffer;
  readonly expiresAt: Date;
  readonly sendAttempts: number;
}

@Injectable()
export class VerificationStore {
  /**
   * Counts the send against number and subject and puts the new code in place of the old one, in one statement: two
   * requests at the same moment queue on the rows, and the later one sees the earlier one's count.
   * @returns false when a limit stands in the way; nothing is written then
   */
  async put(tx: Tx, code: NewCode, limits: SendLimits): Promise<boolean> {
    const { now } = limits;
    const before = (ms: number): Date => new Date(now.getTime() - ms);
    const found = await rows(tx, PUT_CODE, [
      code.destination,
      code.purpose,
      now,
      before(3_600_000),
      before(86_400_000),
      before(limits.cooldownMs),
      limits.maxSendsPerHour,
      limits.maxSendsPerDay,
      code.subjectId,
      code.accountId,
      code.issueId,
      code.codeDigest,
      code.wording,
      code.decoy ? null : code.sealedMessage,
      code.expiresAt,
      code.forgetAt,
      before(limits.budgetMs),
      limits.maxSends,
      limits.maxAttempts,
      code.country,
      code.address,
    ]);
    return found.length === 1;
  }

  /** The counters that `put` looked at, to say which limit it was and how long to wait. */
  async countersOf(
    tx: Tx,
    purpose: Purpose,
    subjectId: string,
    destination: string,
  ): Promise<Pick<SendFacts, 'subject' | 'destination'>> {
    const subject = await row<NonNullable<SendFacts['subject']>>(
      tx,
      `SELECT attempts, sends, window_started_at AS "windowStartedAt" FROM verification_codes
        WHERE purpose = $1 AND subject_id = $2`,
      [purpose, subjectId],
    );
    const sends = await row<NonNullable<SendFacts['destination']>>(
      tx,
      `SELECT hour_sends AS "hourSends", hour_started_at AS "hourStartedAt", day_sends AS "daySends",
              day_started_at AS "dayStartedAt", last_sent_at AS "lastSentAt"
         FROM verification_sends WHERE destination = $1 AND purpose = $2`,
      [destination, purpose],
    );
    return { ...(subject ? { subject } : {}), ...(sends ? { destination: sends } : {}) };
  }

  /** Spends one try of a live code and only then shows its digest. Undefined: no live code, or no try left. */
  async countAttempt(
    tx: Tx,
    purpose: Purpose,
    subjectId: string,
    maxAttempts: number,
    now: Date,
  ): Promise<CountedAttempt | undefined> {
    const [counted] = await changed<CountedAttempt>(
      tx,
      `UPDATE verification_codes SET attempts = attempts + 1
        WHERE purpose = $1 AND subject_id = $2 AND attempts < $3 AND consumed_at IS NULL AND expires_at > $4
        RETURNING issue_id AS "issueId", destination, code_digest AS "codeDigest", attempts`,
      [purpose, subjectId, maxAttempts, now],
    );
    return counted;
  }

  /** Marks the code as used. The caller has counted an attempt in this transaction, so the row is live and locked. */
  async consume(tx: Tx, { purpose, subjectId }: CodeKey, now: Date): Promise<void> {
    await post(
      tx,
      `UPDATE verification_codes SET consumed_at = $3, sealed_message = NULL, next_send_at = NULL
        WHERE purpose = $1 AND subject_id = $2`,
      [purpose, subjectId, now],
    );
  }

  /** Claims codes that are due to be sent, until `until`; if the worker dies, they are due again after that time. */
  claimDue(tx: Tx, now: Date, until: Date, limit: number): Promise<{ issueId: string; claims: number }[]> {
    return changed(
      tx,
      `UPDATE verification_codes SET next_send_at = $2, send_claims = send_claims + 1
        WHERE issue_id IN (SELECT issue_id FROM verification_codes WHERE next_send_at <= $1
                            ORDER BY next_send_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING issue_id AS "issueId", send_claims AS claims`,
      [now, until, limit],
    );
  }

  /** Is a code to be sent? `claimedToo`: also one that a job has already. */
  async isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    const due = claimedToo ? 'next_send_at IS NOT NULL AND $1::timestamptz IS NOT NULL' : 'next_send_at <= $1';
    return (await rows(tx, `SELECT 1 FROM verification_codes WHERE ${due} LIMIT 1`, [now])).length > 0;
  }

  /** What is still to be sent of these: nothing once it is sent, used or superseded. */
  toSend(tx: Tx, issueIds: readonly string[]): Promise<CodeToSend[]> {
    return rows<CodeToSend>(
      tx,
      `SELECT issue_id AS "issueId", purpose, wording, sealed_message AS "sealedMessage", expires_at AS "expiresAt",
              send_attempts AS "sendAttempts"
         FROM verification_codes WHERE issue_id = ANY($1::uuid[]) AND next_send_at IS NOT NULL`,
      [issueIds],
    );
  }

  /** Deletes the sealed messages: they were sent (`sentAt`), or are no longer worth sending (null). */
  async closeMessages(tx: Tx, issueIds: readonly string[], sentAt: Date | null): Promise<void> {
    await changed(
      tx,
      `UPDATE verification_codes SET sent_at = $2, sealed_message = NULL, next_send_at = NULL
        WHERE issue_id = ANY($1::uuid[]) RETURNING 1`,
      [issueIds, sentAt],
    );
  }

  async retryAt(tx: Tx, issueId: string, at: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE verification_codes SET next_send_at = $2, send_attempts = send_attempts + 1
        WHERE issue_id = $1 AND next_send_at IS NOT NULL RETURNING 1`,
      [issueId, at],
    );
  }

  /** Deletes codes and counters that no limit and no check needs any more. @returns how many rows */
  async forget(tx: Tx, now: Date, limit: number): Promise<number> {
    const codes = await changed(
      tx,
      `DELETE FROM verification_codes WHERE (purpose, subject_id) IN (
         SELECT purpose, subject_id FROM verification_codes WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2
         FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now, limit],
    );
    const sends = await changed(
      tx,
      `DELETE FROM verification_sends WHERE (destination, purpose) IN (
         SELECT destination, purpose FROM verification_sends WHERE day_started_at <= $1 ORDER BY day_started_at LIMIT $2
         FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [new Date(now.getTime() - 86_400_000), limit],
    );
    return codes.length + sends.length;
  }

  /** Drops what is filed under a number, whichever key version it was filed with. */
  async forgetDestinations(tx: Tx, destinations: readonly string[]): Promise<number> {
    const sends = await changed(tx, 'DELETE FROM verification_sends WHERE destination = ANY($1) RETURNING 1', [
      destinations,
    ]);
    const codes = await changed(tx, 'DELETE FROM verification_codes WHERE destination = ANY($1) RETURNING 1', [
      destinations,
    ]);
    return sends.length + codes.length;
  }

  async forgetProof(tx: Tx, purpose: string, subjectId: string): Promise<void> {
    const key = [purpose, subjectId];
    await changed(tx, 'DELETE FROM verification_codes WHERE purpose = $1 AND subject_id = $2 RETURNING 1', key);
  }
}
