import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages show the last eight letters of an id: whoever is told these finds the task, or the account, by them (console, C32). */
export class FindTasksByShortId20261130100000 implements MigrationInterface {
  name = 'FindTasksByShortId20261130100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX review_tasks_short_id ON review_tasks (right(id::text, 8))');
    await runner.query('CREATE INDEX review_tasks_short_account_id ON review_tasks (right(account_id::text, 8))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX review_tasks_short_account_id');
    await runner.query('DROP INDEX review_tasks_short_id');
  }
}
