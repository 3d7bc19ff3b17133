import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the new holder of a number shows (ENF-14): sealed in its row, kept and erased with what they wrote. */
export class CreateBanObjectionFiles20261130052500 implements MigrationInterface {
  name = 'CreateBanObjectionFiles20261130052500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ban_objection_files (
        id           uuid        NOT NULL CONSTRAINT ban_objection_files_pk PRIMARY KEY,
        objection_id uuid        NOT NULL,
        sealed       bytea,
        media_type   text        NOT NULL,
        size_bytes   integer     NOT NULL,
        sha256       text        NOT NULL,
        added_at     timestamptz NOT NULL,
        -- Sent again because the answer was lost: the same file.
        CONSTRAINT ban_objection_files_once UNIQUE (objection_id, sha256)
      )`);
    await runner.query('CREATE INDEX ban_objection_files_retention_added_at ON ban_objection_files (added_at)');
    await runner.query(`COMMENT ON COLUMN ban_objection_files.sealed IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ban_objection_files');
  }
}
