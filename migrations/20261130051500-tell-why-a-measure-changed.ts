import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the person reads of a change of a measure (ENF-8, ENF-10), sealed; and where the change makes it longer, the statement
 * of reasons for that, with its digest. Nothing of it is rewritten: erasing takes the words and leaves the digest.
 */
export class TellWhyAMeasureChanged20261130051500 implements MigrationInterface {
  name = 'TellWhyAMeasureChanged20261130051500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sanction_notices (
        id               uuid        NOT NULL CONSTRAINT sanction_notices_pk PRIMARY KEY,
        sanction_id      uuid        NOT NULL,
        decision_id      uuid        NOT NULL,
        account_id       uuid        NOT NULL,
        case_id          uuid        NOT NULL,
        outcome          text        NOT NULL CONSTRAINT sanction_notices_outcome_known CHECK (outcome IN ('lifted', 'changed', 'kept')),
        sealed           bytea,
        -- Of the statement of reasons, where the measure became longer.
        statement_digest text,
        changed_by       text        NOT NULL,
        at               timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX sanction_notices_decision ON sanction_notices (decision_id, at, id)');
    await runner.query('CREATE INDEX sanction_notices_account_id ON sanction_notices (account_id)');
    await runner.query('CREATE INDEX sanction_notices_retention_at ON sanction_notices (at)');
    await runner.query(`COMMENT ON COLUMN sanction_notices.sealed IS 'personal'`);
    await runner.query(`
      CREATE FUNCTION sanction_notices_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.sealed IS NOT NULL OR (to_jsonb(NEW) - 'sealed') IS DISTINCT FROM (to_jsonb(OLD) - 'sealed')
        THEN RAISE EXCEPTION 'what somebody was told is never rewritten' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sanction_notices_immutable BEFORE UPDATE ON sanction_notices FOR EACH ROW EXECUTE FUNCTION sanction_notices_stay()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sanction_notices');
    await runner.query('DROP FUNCTION sanction_notices_stay()');
  }
}
