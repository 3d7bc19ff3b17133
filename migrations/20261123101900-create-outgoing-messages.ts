import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notices to people, written in the transaction that gives the reason for them and sent after it. */
export class CreateOutgoingMessages20261123101900 implements MigrationInterface {
  name = 'CreateOutgoingMessages20261123101900';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outgoing_messages (
        id           uuid        NOT NULL CONSTRAINT outgoing_messages_pk PRIMARY KEY,
        account_id   uuid,
        dedupe_key   text        NOT NULL,
        template     text        NOT NULL,
        sealed       bytea,
        next_send_at timestamptz,
        claims       integer     NOT NULL DEFAULT 0,
        attempts     integer     NOT NULL DEFAULT 0,
        give_up_at   timestamptz NOT NULL,
        failure      text,
        sent_at      timestamptz,
        created_at   timestamptz NOT NULL,
        CONSTRAINT outgoing_messages_once UNIQUE (dedupe_key)
      )`);
    await runner.query(
      'CREATE INDEX outgoing_messages_due ON outgoing_messages (next_send_at) WHERE next_send_at IS NOT NULL',
    );
    await runner.query('CREATE INDEX outgoing_messages_account_id ON outgoing_messages (account_id)');
    await runner.query('CREATE INDEX outgoing_messages_created_at ON outgoing_messages (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outgoing_messages');
  }
}
