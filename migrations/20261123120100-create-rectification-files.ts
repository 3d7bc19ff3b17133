import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that a person adds to the answer to an order (ENF-2): sealed in their row, so that erasing the row erases the file. */
export class CreateRectificationFiles20261123120100 implements MigrationInterface {
  name = 'CreateRectificationFiles20261123120100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rectification_files (
        id          uuid        NOT NULL CONSTRAINT rectification_files_pk PRIMARY KEY,
        sanction_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        sealed      bytea,
        media_type  text        NOT NULL,
        size_bytes  integer     NOT NULL,
        sha256      text        NOT NULL,
        added_at    timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX rectification_files_sanction ON rectification_files (sanction_id, added_at, id)');
    await runner.query('CREATE INDEX rectification_files_account_id ON rectification_files (account_id)');
    await runner.query('CREATE INDEX rectification_files_retention_added_at ON rectification_files (added_at)');
    await runner.query(`COMMENT ON COLUMN rectification_files.sealed IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rectification_files');
  }
}
