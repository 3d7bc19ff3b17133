import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who passed which task by (console, C20): claim-next never deals it to them again, from whatever window. A row whose
 * `ended_at` is set says that they did and are dealt it again; all of them leave when the task ends.
 */
export class RememberSkips20261130080000 implements MigrationInterface {
  name = 'RememberSkips20261130080000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE task_skips (
        staff_id   text        NOT NULL,
        task_id    uuid        NOT NULL,
        reason     text,
        skipped_at timestamptz NOT NULL,
        ended_at   timestamptz,
        CONSTRAINT task_skips_pk PRIMARY KEY (staff_id, task_id)
      )`);
    // Who skipped this task: for its row in a list, and for its end.
    await runner.query('CREATE INDEX task_skips_task_id ON task_skips (task_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE task_skips');
  }
}
