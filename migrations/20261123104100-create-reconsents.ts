import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who still has to answer for which published version, and how far the news of a version has come. */
export class CreateReconsents20261123104100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reconsents (
        account_id uuid NOT NULL,
        document_id text NOT NULL,
        version text NOT NULL,
        policy text NOT NULL,
        since timestamptz NOT NULL,
        look_at timestamptz NOT NULL,
        CONSTRAINT reconsents_pk PRIMARY KEY (account_id, document_id, version),
        CONSTRAINT reconsents_version FOREIGN KEY (document_id, version)
          REFERENCES agreement_versions (document_id, version)
      )`);
    await runner.query(
      `CREATE INDEX reconsents_look_at ON reconsents (look_at, account_id) WHERE policy = 'continued_use'`,
    );
    await runner.query(`
      CREATE TABLE reconsent_rollouts (
        document_id text NOT NULL,
        version text NOT NULL,
        after_account uuid,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT reconsent_rollouts_pk PRIMARY KEY (document_id, version)
      )`);
    await runner.query(
      'CREATE INDEX reconsent_rollouts_open ON reconsent_rollouts (started_at) WHERE finished_at IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reconsent_rollouts');
    await runner.query('DROP TABLE reconsents');
  }
}
