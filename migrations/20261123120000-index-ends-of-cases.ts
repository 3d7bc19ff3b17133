import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was dismissed in a period, and what waits by age: statistics read a span, not every case. */
export class IndexEndsOfCases20261123120000 implements MigrationInterface {
  name = 'IndexEndsOfCases20261123120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX cases_closed ON cases (closed_at) WHERE state = 'dismissed'`);
    await runner.query(
      `CREATE INDEX cases_waiting ON cases (opened_at) WHERE state IN ('open', 'in_review', 'reopened')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX cases_closed');
    await runner.query('DROP INDEX cases_waiting');
  }
}
