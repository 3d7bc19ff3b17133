import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person starts is a dry run that somebody else proposed; each dry run is carried out once. */
export class TieRunsToDryRuns20261123121100 implements MigrationInterface {
  name = 'TieRunsToDryRuns20261123121100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE retention_runs ADD COLUMN proposal jsonb, ADD COLUMN based_on uuid');
    await runner.query(
      'CREATE UNIQUE INDEX retention_runs_based_on ON retention_runs (based_on) WHERE based_on IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE retention_runs DROP COLUMN based_on, DROP COLUMN proposal');
  }
}
