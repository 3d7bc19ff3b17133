import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A refusal stands until the person changes their mind: no later look at the account, and no use of it, may undo it (9.1). */
export class RememberRefusals20261129220000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reconsents ADD COLUMN refused_at timestamptz');
    // Refused before this column was there, and not accepted since.
    await runner.query(
      `UPDATE reconsents r SET refused_at = (
         SELECT max(a.at) FROM agreement_acceptances a
          WHERE a.account_id = r.account_id AND a.document_id = r.document_id AND a.version = r.version AND a.decision = 'refused')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reconsents DROP COLUMN refused_at');
  }
}
