import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Identifiers in tables of their own, keyed on them: what is unique across accounts cannot hang on an account's partition.
 * `identifier_claims` is who has it now, `released_identifiers` who had it, `barred_identifiers` who may not register.
 */
export class CreateIdentifierClaims20261123100020 implements MigrationInterface {
  name = 'CreateIdentifierClaims20261123100020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identifier_claims (
        id          uuid        NOT NULL CONSTRAINT identifier_claims_pk PRIMARY KEY,
        account_id  uuid        NOT NULL,
        kind        text        NOT NULL,
        blind_index text        NOT NULL,
        value       bytea       NOT NULL,
        claimed_at  timestamptz NOT NULL,
        CONSTRAINT identifier_claims_kind_known CHECK (kind IN ('phone', 'third_party', 'device')),
        CONSTRAINT identifier_claims_one_account UNIQUE (kind, blind_index)
      )`);
    await runner.query('CREATE INDEX identifier_claims_account_id ON identifier_claims (account_id, kind)');
    await runner.query(`
      CREATE TABLE released_identifiers (
        id          uuid        NOT NULL CONSTRAINT released_identifiers_pk PRIMARY KEY,
        account_id  uuid        NOT NULL,
        kind        text        NOT NULL,
        blind_index text        NOT NULL,
        value       bytea       NOT NULL,
        claimed_at  timestamptz NOT NULL,
        released_at timestamptz NOT NULL,
        reason      text        NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX released_identifiers_account_id ON released_identifiers (account_id, released_at)',
    );
    await runner.query('CREATE INDEX released_identifiers_blind_index ON released_identifiers (kind, blind_index)');
    await runner.query(`
      CREATE TABLE barred_identifiers (
        id          uuid        NOT NULL CONSTRAINT barred_identifiers_pk PRIMARY KEY,
        kind        text        NOT NULL,
        digest      text        NOT NULL,
        since       timestamptz NOT NULL,
        until       timestamptz NOT NULL,
        reason      text        NOT NULL,
        source_kind text        NOT NULL,
        source_id   uuid        NOT NULL,
        CONSTRAINT barred_identifiers_finite CHECK (until > since AND until < 'infinity'),
        CONSTRAINT barred_identifiers_once UNIQUE (kind, digest, source_kind, source_id)
      )`);
    await runner.query('CREATE INDEX barred_identifiers_until ON barred_identifiers (until)');
    await runner.query('CREATE INDEX barred_identifiers_source ON barred_identifiers (source_kind, source_id)');
    await runner.query(`COMMENT ON COLUMN identifier_claims.blind_index IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN identifier_claims.value IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN released_identifiers.blind_index IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN released_identifiers.value IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE barred_identifiers');
    await runner.query('DROP TABLE released_identifiers');
    await runner.query('DROP TABLE identifier_claims');
  }
}
