import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An appeal may be about the number of a guardian, or about who guards, and not about the way into an account (2.1, 2.4).
 * A guardian's appeal and the minor's own stand side by side: neither blocks the other.
 */
export class AppealForGuardians20261130014500 implements MigrationInterface {
  name = 'AppealForGuardians20261130014500';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['recovery_appeals', 'identifier_changes']) {
      await runner.query(`
        ALTER TABLE ${table} ADD COLUMN about text NOT NULL DEFAULT 'account'
          CONSTRAINT ${table}_about_known CHECK (about IN ('account', 'guardian_number', 'new_guardian'))`);
      await runner.query(`DROP INDEX ${table}_one_live`);
    }
    await runner.query(`
      CREATE UNIQUE INDEX recovery_appeals_one_live ON recovery_appeals (account_id, (about = 'account'))
        WHERE account_id IS NOT NULL AND state IN ('in_review', 'accepted')`);
    await runner.query(`
      CREATE UNIQUE INDEX identifier_changes_one_live ON identifier_changes (account_id, (about = 'account'))
        WHERE state IN ('requested', 'cooling_off')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['recovery_appeals', 'identifier_changes']) {
      await runner.query(`DROP INDEX ${table}_one_live`);
      await runner.query(`ALTER TABLE ${table} DROP COLUMN about`);
    }
    await runner.query(`
      CREATE UNIQUE INDEX recovery_appeals_one_live ON recovery_appeals (account_id)
        WHERE account_id IS NOT NULL AND state IN ('in_review', 'accepted')`);
    await runner.query(`
      CREATE UNIQUE INDEX identifier_changes_one_live ON identifier_changes (account_id)
        WHERE state IN ('requested', 'cooling_off')`);
  }
}
