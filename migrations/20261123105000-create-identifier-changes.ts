import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Re-bindings of a number: proved, then waiting for an objection, then done. */
export class CreateIdentifierChanges20261123105000 implements MigrationInterface {
  name = 'CreateIdentifierChanges20261123105000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identifier_changes (
        id           uuid        NOT NULL CONSTRAINT identifier_changes_pk PRIMARY KEY,
        account_id   uuid        NOT NULL,
        origin       text        NOT NULL,
        appeal_id    uuid,
        state        text        NOT NULL,
        failure      text,
        new_value    bytea       NOT NULL,
        locale       text        NOT NULL,
        version      integer     NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        effective_at timestamptz,
        ended_at     timestamptz,
        CONSTRAINT identifier_changes_origin_known CHECK (origin IN ('owner', 'recovery')),
        CONSTRAINT identifier_changes_recovery_has_appeal CHECK ((origin = 'recovery') = (appeal_id IS NOT NULL)),
        CONSTRAINT identifier_changes_cooling_has_end CHECK (state <> 'cooling_off' OR effective_at IS NOT NULL)
      )`);
    await runner.query(`COMMENT ON COLUMN identifier_changes.new_value IS 'personal'`);
    await runner.query(`
      CREATE UNIQUE INDEX identifier_changes_one_live ON identifier_changes (account_id)
        WHERE state IN ('requested', 'cooling_off')`);
    await runner.query('CREATE INDEX identifier_changes_account_id ON identifier_changes (account_id, requested_at)');
    await runner.query(
      `CREATE INDEX identifier_changes_due ON identifier_changes (effective_at) WHERE state = 'cooling_off'`,
    );
    await runner.query(
      `CREATE INDEX identifier_changes_expiring ON identifier_changes (expires_at) WHERE state = 'requested'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE identifier_changes');
  }
}
