import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is agreed (versions) and the proof that somebody agreed (acceptances). A published text never changes and never
 * goes (AGR-5). An acceptance never changes; it goes only when its account's record is erased, one account at a time:
 * the eraser names that account in `account_lifecycle.erasing` for its transaction.
 */
export class CreateAgreements20261123104000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agreement_versions (
        document_id text NOT NULL,
        version text NOT NULL,
        title text NOT NULL,
        language text NOT NULL,
        text text NOT NULL,
        sha256 text NOT NULL,
        published_at timestamptz NOT NULL,
        effective_at timestamptz NOT NULL,
        change_summary text NOT NULL,
        supersedes text,
        policy text NOT NULL CONSTRAINT agreement_versions_policy CHECK (policy IN ('explicit', 'continued_use')),
        topics text[] NOT NULL,
        published_by text NOT NULL,
        CONSTRAINT agreement_versions_pk PRIMARY KEY (document_id, version),
        CONSTRAINT agreement_versions_supersedes FOREIGN KEY (document_id, supersedes)
          REFERENCES agreement_versions (document_id, version)
      )`);
    // One line of succession: two revisions published at once cannot both follow the same version.
    await runner.query(
      `CREATE UNIQUE INDEX agreement_versions_line ON agreement_versions (document_id, COALESCE(supersedes, ''))`,
    );
    await runner.query(
      'CREATE INDEX agreement_versions_effective_at ON agreement_versions (document_id, effective_at)',
    );
    await runner.query(`
      CREATE TABLE agreement_acceptances (
        id uuid CONSTRAINT agreement_acceptances_pk PRIMARY KEY,
        account_id uuid NOT NULL,
        document_id text NOT NULL,
        version text NOT NULL,
        sha256 text NOT NULL,
        decision text NOT NULL CONSTRAINT agreement_acceptances_decision CHECK (decision IN ('accepted', 'refused')),
        how text NOT NULL CONSTRAINT agreement_acceptances_how CHECK (how IN ('clickwrap', 'checkbox', 'continued_use')),
        channel text NOT NULL,
        guardian_id text,
        at timestamptz NOT NULL,
        CONSTRAINT agreement_acceptances_version FOREIGN KEY (document_id, version)
          REFERENCES agreement_versions (document_id, version)
      )`);
    // Once by the person, and once by each guardian on a minor's behalf.
    await runner.query(
      `CREATE UNIQUE INDEX agreement_acceptances_once ON agreement_acceptances
         (account_id, document_id, version, COALESCE(guardian_id, '')) WHERE decision = 'accepted'`,
    );
    await runner.query('CREATE INDEX agreement_acceptances_account_id ON agreement_acceptances (account_id, at, id)');
    await runner.query(
      'CREATE INDEX agreement_acceptances_document ON agreement_acceptances (document_id, account_id, version)',
    );
    await runner.query(`
      CREATE TABLE agreement_acceptance_details (
        acceptance_id uuid CONSTRAINT agreement_acceptance_details_pk PRIMARY KEY,
        account_id uuid NOT NULL,
        sealed bytea NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX agreement_acceptance_details_account_id ON agreement_acceptance_details (account_id)',
    );
    await createGuards(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agreement_acceptance_details');
    await runner.query('DROP TABLE agreement_acceptances');
    await runner.query('DROP TABLE agreement_versions');
    await runner.query('DROP FUNCTION agreements_refuse_change()');
    await runner.query('DROP FUNCTION agreements_refuse_delete()');
  }
}

async function createGuards(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION agreements_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$`);
  await runner.query(`
    CREATE FUNCTION agreements_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.account_id::text = current_setting('account_lifecycle.erasing', true) THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$`);
  const guard = async (name: string, timing: string, table: string, each: string, does: string): Promise<void> => {
    await runner.query(
      `CREATE TRIGGER ${name} BEFORE ${timing} ON ${table} FOR EACH ${each} EXECUTE FUNCTION ${does}()`,
    );
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name}`);
  };
  await guard('agreement_versions_keep', 'UPDATE OR DELETE', 'agreement_versions', 'ROW', 'agreements_refuse_change');
  await guard('agreement_versions_whole', 'TRUNCATE', 'agreement_versions', 'STATEMENT', 'agreements_refuse_change');
  await guard('agreement_acceptances_keep', 'UPDATE', 'agreement_acceptances', 'ROW', 'agreements_refuse_change');
  await guard('agreement_acceptances_stay', 'DELETE', 'agreement_acceptances', 'ROW', 'agreements_refuse_delete');
  await guard(
    'agreement_acceptances_whole',
    'TRUNCATE',
    'agreement_acceptances',
    'STATEMENT',
    'agreements_refuse_change',
  );
}
