import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A number that has changed hands (7.1): what its new holder says about a ban that is somebody else's. */
export class CreateBanObjections20261123120600 implements MigrationInterface {
  name = 'CreateBanObjections20261123120600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ban_objections (
        id              uuid        NOT NULL CONSTRAINT ban_objections_pk PRIMARY KEY,
        registration_id uuid        NOT NULL CONSTRAINT ban_objections_once UNIQUE,
        bar_ids         uuid[]      NOT NULL,
        sanction_ids    uuid[]      NOT NULL,
        conflict_ids    text[]      NOT NULL,
        state           text        NOT NULL,
        sealed          bytea,
        filed_at        timestamptz NOT NULL,
        due_at          timestamptz NOT NULL,
        decided_at      timestamptz,
        decided_by      text,
        CONSTRAINT ban_objections_state_known CHECK (state IN ('filed', 'cleared', 'kept')),
        CONSTRAINT ban_objections_decision_is_whole CHECK ((state = 'filed') = (decided_at IS NULL)),
        -- Invariant 9: whoever decided the ban does not hear what is said against it.
        CONSTRAINT ban_objections_other_reviewer CHECK (decided_by IS NULL OR NOT (decided_by = ANY (conflict_ids)))
      )`);
    await runner.query('CREATE INDEX ban_objections_filed_at ON ban_objections (filed_at)');
    await runner.query(`COMMENT ON COLUMN ban_objections.sealed IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ban_objections');
  }
}
