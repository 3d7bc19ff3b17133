import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history of the objection of clause 4.3; the present value stands on the account. */
export class CreateDataUseObjections20261123100050 implements MigrationInterface {
  name = 'CreateDataUseObjections20261123100050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_use_objections (
        id         uuid        NOT NULL CONSTRAINT data_use_objections_pk PRIMARY KEY,
        account_id uuid        NOT NULL,
        objects    boolean     NOT NULL,
        actor_kind text        NOT NULL,
        at         timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX data_use_objections_account_id ON data_use_objections (account_id, at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE data_use_objections');
  }
}
