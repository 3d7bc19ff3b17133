import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When waiting for a guardian's consent ends, and the account with it (2.1). */
export class CreateWaitingWards20261123109600 implements MigrationInterface {
  name = 'CreateWaitingWards20261123109600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE waiting_wards (
        account_id uuid        NOT NULL CONSTRAINT waiting_wards_pk PRIMARY KEY,
        due_at     timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX waiting_wards_due_at ON waiting_wards (due_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE waiting_wards');
  }
}
