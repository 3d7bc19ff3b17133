import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person shows in an appeal (ENF-14): sealed in its row, so that erasing the row erases the file. */
export class CreateAppealFiles20261130010000 implements MigrationInterface {
  name = 'CreateAppealFiles20261130010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE appeal_files (
        id          uuid        NOT NULL CONSTRAINT appeal_files_pk PRIMARY KEY,
        appeal_id   uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        case_id     uuid        NOT NULL,
        sealed      bytea,
        media_type  text        NOT NULL,
        size_bytes  integer     NOT NULL,
        sha256      text        NOT NULL,
        added_at    timestamptz NOT NULL,
        -- Sent again because the answer was lost: the same file.
        CONSTRAINT appeal_files_once UNIQUE (appeal_id, sha256)
      )`);
    await runner.query('CREATE INDEX appeal_files_account_id ON appeal_files (account_id)');
    await runner.query('CREATE INDEX appeal_files_retention_added_at ON appeal_files (added_at)');
    await runner.query(`COMMENT ON COLUMN appeal_files.sealed IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE appeal_files');
  }
}
