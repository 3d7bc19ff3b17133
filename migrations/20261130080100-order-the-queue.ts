import type { MigrationInterface, QueryRunner } from 'typeorm';

const LIVE = `WHERE state IN ('open', 'claimed', 'snoozed')`;
const ENDED = `WHERE state IN ('done', 'cancelled')`;
/** Priority counts down in its index, so that a place in the list is one comparison of rows and one range of the index. */
const INDEXES: Readonly<Record<string, string>> = {
  review_tasks_live_created: `(created_at, id) ${LIVE}`,
  review_tasks_live_kind_created: `(kind, created_at, id) ${LIVE}`,
  review_tasks_live_priority: `((-priority), due_at, id) ${LIVE}`,
  review_tasks_live_kind_priority: `(kind, (-priority), due_at, id) ${LIVE}`,
  review_tasks_ended_created: `(state, created_at, id) ${ENDED}`,
  review_tasks_ended_priority: `(state, (-priority), due_at, id) ${ENDED}`,
};

/** Every order of the queue that a moderator can ask for has its index, of all queues and of one (console, C14). */
export class OrderTheQueue20261130080100 implements MigrationInterface {
  name = 'OrderTheQueue20261130080100';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`CREATE INDEX ${name} ON review_tasks ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
