import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever is given a task reads why (it goes with the next change of hands). */
export class WhyATaskWasHandedOver20261129230000 implements MigrationInterface {
  name = 'WhyATaskWasHandedOver20261129230000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE review_tasks ADD COLUMN handover_reason text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE review_tasks DROP COLUMN handover_reason');
  }
}
