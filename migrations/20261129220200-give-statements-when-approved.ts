import type { MigrationInterface, QueryRunner } from 'typeorm';

const guard = (exception: string): string => `
  CREATE OR REPLACE FUNCTION decisions_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (NEW.statement_digest IS DISTINCT FROM OLD.statement_digest ${exception})
       OR (NEW.case_id, NEW.account_id, NEW.clauses, NEW.agreement_version, NEW.decided_by, NEW.decided_at) IS DISTINCT FROM
          (OLD.case_id, OLD.account_id, OLD.clauses, OLD.agreement_version, OLD.decided_by, OLD.decided_at)
    THEN RAISE EXCEPTION 'a statement of reasons is never rewritten' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END $$`;

/**
 * A statement of reasons is given when its decision takes effect (7.1): one that waits for a second person is written
 * once more with its approval, with the times that then hold and the role of who agreed, and never again. Bulk decisions
 * remember in which role somebody agreed.
 */
export class GiveStatementsWhenApproved20261129220200 implements MigrationInterface {
  name = 'GiveStatementsWhenApproved20261129220200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(guard(`AND NOT (OLD.state = 'awaiting_approval' AND NEW.state = 'effective')`));
    await runner.query('ALTER TABLE bulk_decisions ADD COLUMN approved_role text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bulk_decisions DROP COLUMN approved_role');
    await runner.query(guard(''));
  }
}
