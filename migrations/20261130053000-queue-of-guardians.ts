import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Appeals about a guardian wait in a queue of their own (2.1); those that wait now move to it. */
export class QueueOfGuardians20261130053000 implements MigrationInterface {
  name = 'QueueOfGuardians20261130053000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE review_tasks SET kind = 'guardian' WHERE kind = 'recovery' AND refs->>'about' IN ('guardian_number', 'new_guardian')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE review_tasks SET kind = 'recovery' WHERE kind = 'guardian'`);
  }
}
