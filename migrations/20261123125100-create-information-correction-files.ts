import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that support a correction (2.2): sealed in their row, so that erasing the row erases the file. */
export class CreateInformationCorrectionFiles20261123125100 implements MigrationInterface {
  name = 'CreateInformationCorrectionFiles20261123125100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE information_correction_files (
        id            uuid        NOT NULL CONSTRAINT information_correction_files_pk PRIMARY KEY,
        correction_id uuid        NOT NULL,
        account_id    uuid        NOT NULL,
        sealed        bytea       NOT NULL,
        media_type    text        NOT NULL,
        size_bytes    integer     NOT NULL,
        sha256        text        NOT NULL,
        added_at      timestamptz NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX information_correction_files_correction ON information_correction_files (correction_id, added_at, id)',
    );
    await runner.query(
      'CREATE INDEX information_correction_files_account_id ON information_correction_files (account_id)',
    );
    await runner.query(
      'CREATE INDEX information_correction_files_retention_added_at ON information_correction_files (added_at)',
    );
    await runner.query(`COMMENT ON COLUMN information_correction_files.sealed IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE information_correction_files');
  }
}
