import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Information found not to be true, and what the person says is right instead (2.2). */
export class CreateInformationDisputes20261123109700 implements MigrationInterface {
  name = 'CreateInformationDisputes20261123109700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE information_disputes (
        id         uuid        NOT NULL CONSTRAINT information_disputes_pk PRIMARY KEY,
        account_id uuid        NOT NULL,
        state      text        NOT NULL,
        outcome    text        NOT NULL,
        fields     text[]      NOT NULL,
        features   text[]      NOT NULL,
        reason     bytea       NOT NULL,
        opened_by  text        NOT NULL,
        opened_at  timestamptz NOT NULL,
        due_at     timestamptz NOT NULL,
        ended_at   timestamptz,
        version    integer     NOT NULL,
        CONSTRAINT information_disputes_state_known CHECK (state IN ('open', 'in_review', 'refused', 'resolved', 'withdrawn'))
      )`);
    await runner.query(`COMMENT ON COLUMN information_disputes.reason IS 'personal'`);
    await runner.query(`
      CREATE UNIQUE INDEX information_disputes_one_live ON information_disputes (account_id)
        WHERE state IN ('open', 'in_review', 'refused')`);
    await runner.query('CREATE INDEX information_disputes_account_id ON information_disputes (account_id, opened_at)');
    await runner.query(`
      CREATE TABLE information_corrections (
        id          uuid        NOT NULL CONSTRAINT information_corrections_pk PRIMARY KEY,
        account_id  uuid        NOT NULL,
        dispute_id  uuid,
        kind        text        NOT NULL,
        state       text        NOT NULL,
        claim       bytea       NOT NULL,
        filed_at    timestamptz NOT NULL,
        due_at      timestamptz NOT NULL,
        decided_at  timestamptz,
        decided_by  text,
        reason_code text,
        note        bytea,
        CONSTRAINT information_corrections_state_known CHECK
          (state IN ('in_review', 'accepted', 'returned', 'refused', 'withdrawn')),
        CONSTRAINT information_corrections_dispute CHECK ((kind = 'information_correction') = (dispute_id IS NOT NULL))
      )`);
    await runner.query(`COMMENT ON COLUMN information_corrections.claim IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN information_corrections.note IS 'personal'`);
    await runner.query(`
      CREATE UNIQUE INDEX information_corrections_one_live ON information_corrections (account_id, kind)
        WHERE state = 'in_review'`);
    await runner.query(
      'CREATE INDEX information_corrections_account_id ON information_corrections (account_id, filed_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE information_corrections');
    await runner.query('DROP TABLE information_disputes');
  }
}
