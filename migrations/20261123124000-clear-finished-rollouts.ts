import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A finished rollout kept the id of the last account it came to, who could then never be verified as gone (2.5). */
export class ClearFinishedRollouts20261123124000 implements MigrationInterface {
  name = 'ClearFinishedRollouts20261123124000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE reconsent_rollouts SET after_account = NULL WHERE finished_at IS NOT NULL');
  }

  /** Nothing reads the place of a finished rollout. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
