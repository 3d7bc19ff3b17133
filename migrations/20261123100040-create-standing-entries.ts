import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stands against an account, or waits for it. Starts and ends are times that reading compares with now. */
export class CreateStandingEntries20261123100040 implements MigrationInterface {
  name = 'CreateStandingEntries20261123100040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE standing_entries (
        id               uuid        NOT NULL CONSTRAINT standing_entries_pk PRIMARY KEY,
        account_id       uuid        NOT NULL,
        kind             text        NOT NULL,
        code             text        NOT NULL,
        clause           text        NOT NULL,
        feature          text        NOT NULL DEFAULT '',
        source_kind      text        NOT NULL,
        source_id        text        NOT NULL,
        sanction_id      uuid,
        document_id      text,
        document_version text,
        since            timestamptz NOT NULL,
        until            timestamptz,
        due_at           timestamptz,
        blocks_when_due  boolean     NOT NULL DEFAULT false,
        details          jsonb,
        created_at       timestamptz NOT NULL,
        lifted_at        timestamptz,
        CONSTRAINT standing_entries_kind_known CHECK (kind IN ('block', 'restriction', 'pending', 'limits')),
        CONSTRAINT standing_entries_restriction_names_feature CHECK ((kind = 'restriction') = (feature <> '')),
        CONSTRAINT standing_entries_order CHECK (until IS NULL OR until >= since)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX standing_entries_once ON standing_entries
        (account_id, source_kind, source_id, kind, code, feature) WHERE lifted_at IS NULL`);
    await runner.query('CREATE INDEX standing_entries_account_id ON standing_entries (account_id)');
    await runner.query(`COMMENT ON COLUMN standing_entries.details IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE standing_entries');
  }
}
