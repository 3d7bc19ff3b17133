import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row a session. No token is stored in any form: generation and salt are what a presented one is proved against. */
export class CreateSessions20261123100030 implements MigrationInterface {
  name = 'CreateSessions20261123100030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id           uuid        NOT NULL CONSTRAINT sessions_pk PRIMARY KEY,
        account_id   uuid        NOT NULL,
        generation   integer     NOT NULL,
        salt         text        NOT NULL,
        method       text        NOT NULL,
        client       bytea,
        created_at   timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        ended_at     timestamptz,
        end_reason   text,
        CONSTRAINT sessions_ended_with_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL))
      ) WITH (fillfactor = 80)`);
    await runner.query('CREATE INDEX sessions_live ON sessions (account_id, created_at) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX sessions_account_id ON sessions (account_id)');
    await runner.query('CREATE INDEX sessions_expires_at ON sessions (expires_at)');
    await runner.query(`COMMENT ON COLUMN sessions.client IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sessions');
  }
}
