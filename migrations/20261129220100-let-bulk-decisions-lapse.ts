import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['awaiting_approval', 'running', 'done', 'declined', 'reversing', 'reversed'];
const known = (states: readonly string[]): string =>
  `ALTER TABLE bulk_decisions ADD CONSTRAINT bulk_decisions_state_known CHECK (state IN ('${states.join("', '")}'))`;

/** A bulk decision that nobody agrees to in time lapses, as a single one does (7.1); what waits already has three days from now. */
export class LetBulkDecisionsLapse20261129220100 implements MigrationInterface {
  name = 'LetBulkDecisionsLapse20261129220100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bulk_decisions DROP CONSTRAINT bulk_decisions_state_known');
    await runner.query(known([...STATES, 'lapsed']));
    await runner.query(
      `UPDATE bulk_decisions SET next_at = now() + interval '3 days' WHERE state = 'awaiting_approval' AND next_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE bulk_decisions SET state = 'declined' WHERE state = 'lapsed'`);
    await runner.query(`UPDATE bulk_decisions SET next_at = NULL WHERE state = 'awaiting_approval'`);
    await runner.query('ALTER TABLE bulk_decisions DROP CONSTRAINT bulk_decisions_state_known');
    await runner.query(known(STATES));
  }
}
