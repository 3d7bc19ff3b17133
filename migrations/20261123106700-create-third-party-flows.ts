import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ways to a third-party provider and back. What ties the steps together stands as digests; whom the provider vouched for
 * is one sealed column that goes when the flow ends.
 */
export class CreateThirdPartyFlows20261123106700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE third_party_flows (
        id uuid NOT NULL CONSTRAINT third_party_flows_pk PRIMARY KEY,
        account_id uuid,
        session_id uuid,
        registration_id uuid,
        provider text NOT NULL,
        purpose text NOT NULL,
        step_up_for text,
        state text NOT NULL,
        failure text,
        secret_digest text NOT NULL,
        state_digest text,
        binding_digest text,
        exchange_digest text,
        sealed_keys bytea,
        sealed_identity bytea,
        return_to text NOT NULL,
        started_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        forget_at timestamptz NOT NULL,
        CONSTRAINT third_party_flows_state_known CHECK (state IN ('started', 'redirected', 'answered', 'authenticated',
          'completed', 'failed', 'expired')),
        CONSTRAINT third_party_flows_purpose_known CHECK (purpose IN ('register', 'sign_in', 'link', 'step_up')),
        CONSTRAINT third_party_flows_register_has_form CHECK (purpose <> 'register' OR registration_id IS NOT NULL),
        CONSTRAINT third_party_flows_owner_has_session CHECK
          (purpose NOT IN ('link', 'step_up') OR (account_id IS NOT NULL AND session_id IS NOT NULL))
      ) WITH (fillfactor = 70)`);
    await runner.query(
      'CREATE UNIQUE INDEX third_party_flows_state_digest ON third_party_flows (state_digest) WHERE state_digest IS NOT NULL',
    );
    await runner.query(
      `CREATE INDEX third_party_flows_expires_at ON third_party_flows (expires_at)
        WHERE state IN ('started', 'redirected', 'answered', 'authenticated')`,
    );
    await runner.query('CREATE INDEX third_party_flows_forget_at ON third_party_flows (forget_at)');
    await runner.query('CREATE INDEX third_party_flows_started_at ON third_party_flows (started_at)');
    await runner.query(
      'CREATE INDEX third_party_flows_account_id ON third_party_flows (account_id) WHERE account_id IS NOT NULL',
    );
    await runner.query(`COMMENT ON COLUMN third_party_flows.sealed_identity IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE third_party_flows');
  }
}
