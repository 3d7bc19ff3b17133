import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One-time codes (row per purpose and subject) and the send counters of each number. Both are short-lived. */
export class CreateVerificationCodes20261123100095 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE verification_codes (
        purpose text NOT NULL,
        subject_id text NOT NULL,
        account_id uuid,
        issue_id uuid NOT NULL,
        destination text NOT NULL,
        country text NOT NULL,
        decoy boolean NOT NULL,
        code_digest text NOT NULL,
        wording text NOT NULL,
        sealed_message bytea,
        next_send_at timestamptz,
        send_attempts integer NOT NULL,
        send_claims integer NOT NULL,
        attempts integer NOT NULL,
        sends integer NOT NULL,
        window_started_at timestamptz NOT NULL,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        sent_at timestamptz,
        consumed_at timestamptz,
        forget_at timestamptz NOT NULL,
        CONSTRAINT verification_codes_pk PRIMARY KEY (purpose, subject_id),
        CONSTRAINT verification_codes_sends_what_is_sealed CHECK (next_send_at IS NULL OR sealed_message IS NOT NULL)
      ) WITH (fillfactor = 80)`);
    await runner.query('CREATE UNIQUE INDEX verification_codes_issue_id ON verification_codes (issue_id)');
    await runner.query(
      'CREATE INDEX verification_codes_next_send_at ON verification_codes (next_send_at) WHERE next_send_at IS NOT NULL',
    );
    await runner.query('CREATE INDEX verification_codes_forget_at ON verification_codes (forget_at)');
    await runner.query(
      'CREATE INDEX verification_codes_account_id ON verification_codes (account_id) WHERE account_id IS NOT NULL',
    );
    await runner.query(`
      CREATE TABLE verification_sends (
        destination text NOT NULL,
        purpose text NOT NULL,
        hour_started_at timestamptz NOT NULL,
        hour_sends integer NOT NULL,
        day_started_at timestamptz NOT NULL,
        day_sends integer NOT NULL,
        last_sent_at timestamptz NOT NULL,
        CONSTRAINT verification_sends_pk PRIMARY KEY (destination, purpose)
      ) WITH (fillfactor = 80)`);
    await runner.query('CREATE INDEX verification_sends_day_started_at ON verification_sends (day_started_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE verification_sends');
    await runner.query('DROP TABLE verification_codes');
  }
}
