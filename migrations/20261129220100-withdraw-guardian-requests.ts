import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = ['requested', 'contacted', 'verified', 'granted', 'refused', 'expired', 'revoked', 'lapsed'];

/** A minor corrects whom they named before there is an answer (2.1): the request ends as withdrawn. */
export class WithdrawGuardianRequests20261129220100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, [...STATES, 'withdrawn']);
  }

  /** What was withdrawn had no answer: to the older version it is a request that ran out. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE guardian_consents SET state = 'expired' WHERE state = 'withdrawn'`);
    await allow(runner, STATES);
  }
}

async function allow(runner: QueryRunner, states: readonly string[]): Promise<void> {
  const list = states.map((state) => `'${state}'`).join(', ');
  await runner.query(`
    ALTER TABLE guardian_consents DROP CONSTRAINT guardian_consents_state_known,
      ADD CONSTRAINT guardian_consents_state_known CHECK (state IN (${list}))`);
}
