import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The date on which a measure is looked at again (ENF-4, ENF-6) is acted upon: somebody is asked, once a date. */
export class LookAtMeasuresAgain20261130010200 implements MigrationInterface {
  name = 'LookAtMeasuresAgain20261130010200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sanctions ADD COLUMN review_asked_at timestamptz');
    await runner.query(
      `CREATE INDEX sanctions_review ON sanctions (review_at) WHERE review_at IS NOT NULL AND state = 'active'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sanctions_review');
    await runner.query('ALTER TABLE sanctions DROP COLUMN review_asked_at');
  }
}
