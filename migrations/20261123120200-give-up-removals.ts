import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['asked', 'removed', 'not_found', 'refused'];
const known = (states: readonly string[]): string => states.map((s) => `'${s}'`).join(', ');

/** A removal that a system refuses for good ends, for a reason, without pretending that the content is gone. */
export class GiveUpRemovals20261123120200 implements MigrationInterface {
  name = 'GiveUpRemovals20261123120200';

  async up(runner: QueryRunner): Promise<void> {
    await this.allow(runner, [...STATES, 'given_up']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE content_removals SET state = 'refused' WHERE state = 'given_up'`);
    await this.allow(runner, STATES);
  }

  private async allow(runner: QueryRunner, states: readonly string[]): Promise<void> {
    await runner.query('ALTER TABLE content_removals DROP CONSTRAINT content_removals_state_known');
    await runner.query(
      `ALTER TABLE content_removals ADD CONSTRAINT content_removals_state_known CHECK (state IN (${known(states)}))`,
    );
  }
}
