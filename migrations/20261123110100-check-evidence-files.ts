import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When it was last looked whether an uploaded file is there, and since when it is not (R26). */
export class CheckEvidenceFiles20261123110100 implements MigrationInterface {
  name = 'CheckEvidenceFiles20261123110100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE recovery_evidence
        ADD COLUMN file_checked_at timestamptz,
        ADD COLUMN file_missing_since timestamptz`);
    await runner.query(
      'CREATE INDEX recovery_evidence_checked ON recovery_evidence (coalesce(file_checked_at, created_at))',
    );
    await runner.query(
      'CREATE INDEX recovery_evidence_missing ON recovery_evidence (id) WHERE file_missing_since IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE recovery_evidence DROP COLUMN file_missing_since, DROP COLUMN file_checked_at');
  }
}
