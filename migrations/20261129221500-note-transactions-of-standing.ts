import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The transaction that last changed an account's standing: what a process has not seen yet is one range of an index,
 * however many accounts it holds. Empty until standing first changes, so that opening an account writes no entry.
 */
export class NoteTransactionsOfStanding20261129221500 implements MigrationInterface {
  name = 'NoteTransactionsOfStanding20261129221500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE accounts ADD COLUMN standing_xid xid8');
    await runner.query('CREATE INDEX accounts_standing_xid ON accounts (standing_xid) WHERE standing_xid IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE accounts DROP COLUMN standing_xid');
  }
}
