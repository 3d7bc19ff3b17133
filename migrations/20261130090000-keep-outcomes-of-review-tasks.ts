import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In what a task ended, in codes, for whoever came second (console, C4); what ended before has none. */
export class KeepOutcomesOfReviewTasks20261130090000 implements MigrationInterface {
  name = 'KeepOutcomesOfReviewTasks20261130090000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE review_tasks ADD COLUMN outcome jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE review_tasks DROP COLUMN outcome');
  }
}
