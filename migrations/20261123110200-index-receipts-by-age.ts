import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Receipts go by their own age (class `erasure_receipt`): retention finds them without a scan (R28). */
export class IndexReceiptsByAge20261123110200 implements MigrationInterface {
  name = 'IndexReceiptsByAge20261123110200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX deregistrations_completed ON deregistrations (completed_at) WHERE completed_at IS NOT NULL',
    );
    await runner.query(
      `COMMENT ON COLUMN deregistrations.receipt IS 'personal: names nobody, but it is about one person; goes by its class'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('COMMENT ON COLUMN deregistrations.receipt IS NULL');
    await runner.query('DROP INDEX deregistrations_completed');
  }
}
