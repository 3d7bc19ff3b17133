import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Console sessions of staff, and sign-ins on their way to the issuer and back. Ids are kept as digests only. */
export class CreateStaffSessions20261123102100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE staff_sessions (
        id_digest text CONSTRAINT staff_sessions_pkey PRIMARY KEY,
        staff_id text NOT NULL,
        roles text[] NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX staff_sessions_expires_at ON staff_sessions (expires_at)');
    await runner.query(`
      CREATE TABLE staff_sign_ins (
        id_digest text CONSTRAINT staff_sign_ins_pkey PRIMARY KEY,
        state text NOT NULL,
        nonce text NOT NULL,
        code_verifier text NOT NULL,
        return_to text NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX staff_sign_ins_expires_at ON staff_sign_ins (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE staff_sign_ins');
    await runner.query('DROP TABLE staff_sessions');
  }
}
