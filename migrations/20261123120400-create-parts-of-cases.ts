import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files as evidence, sealed beside it; and evidence that a case split off another refers to (ENF-11, ENF-13). */
export class CreatePartsOfCases20261123120400 implements MigrationInterface {
  name = 'CreatePartsOfCases20261123120400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE case_evidence_files (
        evidence_id uuid        NOT NULL CONSTRAINT case_evidence_files_pk PRIMARY KEY,
        case_id     uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        sealed      bytea,
        media_type  text        NOT NULL,
        added_at    timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX case_evidence_files_case ON case_evidence_files (case_id)');
    await runner.query('CREATE INDEX case_evidence_files_account_id ON case_evidence_files (account_id)');
    await runner.query('CREATE INDEX case_evidence_files_added_at ON case_evidence_files (added_at)');
    await runner.query(`COMMENT ON COLUMN case_evidence_files.sealed IS 'personal'`);
    // A new key and, under a retention rule, erasure may touch the row; whose file it is stays.
    await runner.query(`
      CREATE FUNCTION case_evidence_files_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.evidence_id, NEW.case_id, NEW.account_id, NEW.media_type, NEW.added_at) IS DISTINCT FROM
           (OLD.evidence_id, OLD.case_id, OLD.account_id, OLD.media_type, OLD.added_at)
        THEN RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER case_evidence_files_append_only BEFORE UPDATE ON case_evidence_files
        FOR EACH ROW EXECUTE FUNCTION case_evidence_files_stay()`);
    await runner.query(`
      CREATE TABLE case_evidence_references (
        case_id     uuid        NOT NULL,
        evidence_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        at          timestamptz NOT NULL,
        CONSTRAINT case_evidence_references_pk PRIMARY KEY (case_id, evidence_id)
      )`);
    await runner.query('CREATE INDEX case_evidence_references_account_id ON case_evidence_references (account_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE case_evidence_references');
    await runner.query('DROP TABLE case_evidence_files');
    await runner.query('DROP FUNCTION case_evidence_files_stay()');
  }
}
