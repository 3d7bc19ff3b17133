import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Appeals of people who lost the way into their account (2.4), and what they bring as evidence. */
export class CreateRecoveryAppeals20261123105050 implements MigrationInterface {
  name = 'CreateRecoveryAppeals20261123105050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recovery_appeals (
        id           uuid        NOT NULL CONSTRAINT recovery_appeals_pk PRIMARY KEY,
        account_id   uuid,
        state        text        NOT NULL,
        claim        bytea       NOT NULL,
        locale       text        NOT NULL,
        version      integer     NOT NULL,
        filed_at     timestamptz NOT NULL,
        due_at       timestamptz NOT NULL,
        decided_at   timestamptz,
        decided_by   text,
        reason_code  text,
        note         bytea,
        ended_at     timestamptz
      )`);
    await runner.query(`COMMENT ON COLUMN recovery_appeals.claim IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN recovery_appeals.note IS 'personal'`);
    await runner.query(`
      CREATE UNIQUE INDEX recovery_appeals_one_live ON recovery_appeals (account_id)
        WHERE account_id IS NOT NULL AND state IN ('in_review', 'accepted')`);
    await runner.query('CREATE INDEX recovery_appeals_account_id ON recovery_appeals (account_id, filed_at)');
    await runner.query(`
      CREATE TABLE recovery_evidence (
        id         uuid        NOT NULL CONSTRAINT recovery_evidence_pk PRIMARY KEY,
        appeal_id  uuid        NOT NULL CONSTRAINT recovery_evidence_appeal_id_fk REFERENCES recovery_appeals (id) ON DELETE CASCADE,
        account_id uuid,
        file_name  bytea       NOT NULL,
        file_key   bytea       NOT NULL,
        media_type text        NOT NULL,
        bytes      integer     NOT NULL,
        sha256     text        NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await runner.query(`COMMENT ON COLUMN recovery_evidence.file_name IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN recovery_evidence.file_key IS 'personal'`);
    await runner.query('CREATE INDEX recovery_evidence_appeal_id ON recovery_evidence (appeal_id, created_at)');
    await runner.query('CREATE INDEX recovery_evidence_account_id ON recovery_evidence (account_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE recovery_evidence');
    await runner.query('DROP TABLE recovery_appeals');
  }
}
