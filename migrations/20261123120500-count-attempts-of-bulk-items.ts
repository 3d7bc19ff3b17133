import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One account that breaks is tried after the others, a few times, and holds no bulk decision up. */
export class CountAttemptsOfBulkItems20261123120500 implements MigrationInterface {
  name = 'CountAttemptsOfBulkItems20261123120500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bulk_items ADD COLUMN attempts integer NOT NULL DEFAULT 0');
    await runner.query('DROP INDEX bulk_items_state');
    await runner.query('CREATE INDEX bulk_items_state ON bulk_items (bulk_id, state, attempts, account_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX bulk_items_state');
    await runner.query('CREATE INDEX bulk_items_state ON bulk_items (bulk_id, state, account_id)');
    await runner.query('ALTER TABLE bulk_items DROP COLUMN attempts');
  }
}
