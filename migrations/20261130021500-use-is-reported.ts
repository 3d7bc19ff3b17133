import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An answer by continued use comes with the use (9.1), nobody looks for it any more. The column stays, empty, for processes of
 * the release before; the next release drops it.
 */
export class UseIsReported20261130021500 implements MigrationInterface {
  name = 'UseIsReported20261130021500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX reconsents_look_at');
    await runner.query('ALTER TABLE reconsents ALTER COLUMN look_at DROP NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE reconsents SET look_at = since WHERE look_at IS NULL');
    await runner.query('ALTER TABLE reconsents ALTER COLUMN look_at SET NOT NULL');
    await runner.query(
      `CREATE INDEX reconsents_look_at ON reconsents (look_at, account_id) WHERE policy = 'continued_use'`,
    );
  }
}
