import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Attempts to become an account. What the person filled in is one sealed column that goes when the attempt ends; what
 * stays for judging and replaying is keyed digests and facts that name nobody.
 */
export class CreateRegistrations20261123106000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE registrations (
        id uuid NOT NULL CONSTRAINT registrations_pk PRIMARY KEY,
        account_id uuid,
        version integer NOT NULL,
        method text NOT NULL,
        state text NOT NULL,
        verdict text NOT NULL,
        phone_index text,
        device_index text,
        sealed_person bytea,
        channel text NOT NULL,
        locale text NOT NULL,
        challenge text,
        challenge_passed_at timestamptz,
        refusal text,
        started_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        verified_at timestamptz,
        ended_at timestamptz,
        forget_at timestamptz,
        CONSTRAINT registrations_state_known CHECK (state IN ('started', 'code_sent', 'verified', 'awaiting_guardian',
          'in_review', 'completed', 'refused', 'expired', 'abandoned')),
        CONSTRAINT registrations_completed_has_account CHECK (state <> 'completed' OR account_id IS NOT NULL),
        CONSTRAINT registrations_refused_says_why CHECK (state <> 'refused' OR refusal IS NOT NULL)
      ) WITH (fillfactor = 70)`);
    await runner.query(
      `CREATE INDEX registrations_expires_at ON registrations (expires_at) WHERE state IN ('started', 'code_sent')`,
    );
    await runner.query('CREATE INDEX registrations_forget_at ON registrations (forget_at) WHERE forget_at IS NOT NULL');
    await runner.query(
      'CREATE INDEX registrations_account_id ON registrations (account_id) WHERE account_id IS NOT NULL',
    );

    await runner.query(`
      CREATE TABLE registration_decisions (
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        registration_id uuid NOT NULL,
        account_id uuid,
        stage text NOT NULL,
        outcome text NOT NULL,
        fired jsonb NOT NULL,
        facts jsonb NOT NULL,
        keys jsonb NOT NULL,
        elapsed_ms bigint,
        policy_version text NOT NULL,
        policy_digest text NOT NULL,
        CONSTRAINT registration_decisions_pk PRIMARY KEY (id, at)
      ) PARTITION BY RANGE (at)`);
    await runner.query('CREATE INDEX registration_decisions_at ON registration_decisions (at, id)');
    await runner.query(
      'CREATE INDEX registration_decisions_registration_id ON registration_decisions (registration_id, at)',
    );
    await runner.query(
      'CREATE INDEX registration_decisions_account_id ON registration_decisions (account_id) WHERE account_id IS NOT NULL',
    );
    await runner.query(`
      CREATE FUNCTION registration_decisions_create_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
      DECLARE
        child text := 'registration_decisions_' || coalesce(to_char(month, 'YYYYMM'), 'default');
        first_day timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
        next_day timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
      BEGIN
        IF to_regclass(child) IS NOT NULL THEN RETURN false; END IF;
        IF month IS NULL THEN
          EXECUTE format('CREATE TABLE %I PARTITION OF registration_decisions DEFAULT', child);
        ELSE
          EXECUTE format('CREATE TABLE %I PARTITION OF registration_decisions FOR VALUES FROM (%L) TO (%L)',
            child, first_day, next_day);
        END IF;
        RETURN true;
      END $$`);
    await runner.query('SELECT registration_decisions_create_month(NULL)');
    await runner.query(
      `SELECT registration_decisions_create_month((date_trunc('month', now()) + n * interval '1 month')::date)
         FROM generate_series(0, 2) AS n`,
    );

    await runner.query(`
      CREATE TABLE registration_policies (
        digest text NOT NULL CONSTRAINT registration_policies_pk PRIMARY KEY,
        version text NOT NULL,
        content jsonb NOT NULL,
        first_used_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registration_policies');
    await runner.query('DROP TABLE registration_decisions');
    await runner.query('DROP FUNCTION registration_decisions_create_month(date)');
    await runner.query('DROP TABLE registrations');
  }
}
