import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['awaiting_approval', 'effective', 'declined', 'lapsed', 'overturned', 'varied'];
const known = (states: readonly string[]): string =>
  `ALTER TABLE decisions ADD CONSTRAINT decisions_state_known CHECK (state IN ('${states.join("', '")}'))`;

/** Whoever decided may take it back while it waits for a second person (7.1). */
export class LetAuthorsTakeDecisionsBack20261130010300 implements MigrationInterface {
  name = 'LetAuthorsTakeDecisionsBack20261130010300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE decisions DROP CONSTRAINT decisions_state_known');
    await runner.query(known([...STATES, 'withdrawn']));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE decisions SET state = 'lapsed' WHERE state = 'withdrawn'`);
    await runner.query('ALTER TABLE decisions DROP CONSTRAINT decisions_state_known');
    await runner.query(known(STATES));
  }
}
