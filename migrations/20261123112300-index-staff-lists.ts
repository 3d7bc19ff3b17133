import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES: Readonly<Record<string, string>> = {
  rectifications_due: 'rectifications (due_at, sanction_id)',
  content_removals_asked: 'content_removals (asked_at DESC, id DESC)',
  announcements_created: 'announcements (created_at DESC, id DESC)',
  information_disputes_opened: 'information_disputes (opened_at DESC, id DESC)',
  information_corrections_filed: 'information_corrections (filed_at DESC, id DESC)',
  // What other systems still owe: a small part of a large table.
  deregistration_units_outside: `deregistration_units (deregistration_id, phase, unit)
     WHERE state <> 'done' AND phase IN ('fence', 'erase_outside')`,
};

/** Every list that staff page through has its order as an index. */
export class IndexStaffLists20261123112300 implements MigrationInterface {
  name = 'IndexStaffLists20261123112300';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`CREATE INDEX ${name} ON ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
