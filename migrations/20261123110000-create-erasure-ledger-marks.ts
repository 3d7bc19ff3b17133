import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to where every entry of an erasure ledger is known to be in this database: what a start need not read again. */
export class CreateErasureLedgerMarks20261123110000 implements MigrationInterface {
  name = 'CreateErasureLedgerMarks20261123110000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasure_ledger_marks (
        ledger     text        NOT NULL CONSTRAINT erasure_ledger_marks_pk PRIMARY KEY,
        mark       bigint      NOT NULL,
        checked_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasure_ledger_marks');
  }
}
