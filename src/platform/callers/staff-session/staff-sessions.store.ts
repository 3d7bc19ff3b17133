import { Injectable } from '@nestjs/common';
import { Transactor, type Tx } from '../../database/transactor.js';
import { changed, row } from '../../database/sql.js';

export interface StaffSession {
  readonly staffId: string;
  readonly roles: readonly string[];
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

export interface SignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
}

@Injectable()
export class StaffSessionsStore {
  constructor(private readonly transactor: Transactor) {}

  async addSignIn(digest: string, signIn: SignIn, now: Date, expiresAt: Date): Promise<void> {
    await this.transactor.run(async (tx) => {
      await dropExpired(tx, now);
      await changed(
        tx,
        `INSERT INTO staff_sign_ins (id_digest, state, nonce, code_verifier, return_to, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1`,
        [digest, signIn.state, signIn.nonce, signIn.codeVerifier, signIn.returnTo, expiresAt],
      );
    });
  }

  /** Taking it removes it: an answer of the issuer is used once. */
  async takeSignIn(digest: string, now: Date): Promise<SignIn | undefined> {
    const [taken] = await changed<SignIn>(
      this.transactor.reader,
      `DELETE FROM staff_sign_ins WHERE id_digest = $1 AND expires_at > $2
       RETURNING state, nonce, code_verifier AS "codeVerifier", return_to AS "returnTo"`,
      [digest, now],
    );
    return taken;
  }

  async add(digest: string, session: StaffSession): Promise<void> {
    await changed(
      this.transactor.reader,
      `INSERT INTO staff_sessions (id_digest, staff_id, roles, created_at, last_used_at, expires_at)
       VALUES ($1, $2, $3, $4, $4, $5) RETURNING 1`,
      [digest, session.staffId, session.roles, session.lastUsedAt, session.expiresAt],
    );
  }

  find(digest: string, now: Date): Promise<StaffSession | undefined> {
    return row<StaffSession>(
      this.transactor.reader,
      `SELECT staff_id AS "staffId", roles, last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
         FROM staff_sessions WHERE id_digest = $1 AND expires_at > $2`,
      [digest, now],
    );
  }

  async touch(digest: string, now: Date): Promise<void> {
    await changed(
      this.transactor.reader,
      'UPDATE staff_sessions SET last_used_at = $2 WHERE id_digest = $1 AND last_used_at < $2 RETURNING 1',
      [digest, now],
    );
  }

  async remove(digest: string): Promise<void> {
    await changed(this.transactor.reader, 'DELETE FROM staff_sessions WHERE id_digest = $1 RETURNING 1', [digest]);
  }
}

/** People who sign in tidy up; nothing reads an expired row anyway. */
async function dropExpired(tx: Tx, now: Date): Promise<void> {
  await changed(tx, 'DELETE FROM staff_sign_ins WHERE expires_at <= $1 RETURNING 1', [now]);
  await changed(tx, 'DELETE FROM staff_sessions WHERE expires_at <= $1 RETURNING 1', [now]);
}
