import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications to leave (clause 2.5), their units of work, and what other systems said about them. */
export class CreateDeregistrations20261123108000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}

const TABLES = [
  'deregistration_obligations',
  'deregistration_snapshots',
  'deregistration_acknowledgements',
  'deregistration_units',
  'deregistrations',
];

const UP = [
  `CREATE TABLE deregistrations (
     id uuid NOT NULL CONSTRAINT deregistrations_pk PRIMARY KEY,
     account_id uuid NOT NULL,
     state text NOT NULL CONSTRAINT deregistrations_state CHECK (state IN ('requested', 'cooling_off', 'in_review',
       'approved', 'executing', 'partially_executed', 'completed', 'withdrawn', 'rejected')),
     version integer NOT NULL,
     requested_by jsonb NOT NULL,
     reason_sealed bytea,
     account_state_before text NOT NULL,
     locale text NOT NULL,
     agreement jsonb NOT NULL,
     told_consents jsonb NOT NULL,
     requested_at timestamptz NOT NULL,
     cooling_off_ends_at timestamptz NOT NULL,
     due_day date NOT NULL,
     due_at timestamptz NOT NULL,
     due_provisional boolean NOT NULL,
     calendar_edition text NOT NULL,
     reminder_due_at timestamptz NOT NULL,
     reminded_at timestamptz,
     final_notice_at timestamptz,
     next_due_at timestamptz,
     claims integer NOT NULL DEFAULT 0,
     claimed_until timestamptz,
     decided_at timestamptz,
     decided_by jsonb,
     decision_reason_code text,
     decision_note_sealed bytea,
     automatic jsonb,
     approved_at timestamptz,
     plan jsonb,
     plan_hash text,
     execution_started_at timestamptz,
     partial_since timestamptz,
     partial_reasons jsonb,
     completed_at timestamptz,
     closed_at timestamptz,
     access_token_hash text NOT NULL,
     receipt_token_hash text,
     receipt text,
     CONSTRAINT deregistrations_plan_with_approval CHECK (approved_at IS NULL OR (plan IS NOT NULL AND plan_hash IS NOT NULL)),
     CONSTRAINT deregistrations_receipt_when_completed CHECK (state <> 'completed' OR receipt IS NOT NULL),
     CONSTRAINT deregistrations_not_own_decision CHECK (decided_by IS NULL OR decided_by ->> 'id' <> requested_by ->> 'id')
   ) WITH (fillfactor = 80)`,
  `CREATE UNIQUE INDEX deregistrations_one_open ON deregistrations (account_id)
     WHERE state NOT IN ('completed', 'withdrawn', 'rejected')`,
  'CREATE INDEX deregistrations_account ON deregistrations (account_id, requested_at DESC)',
  'CREATE INDEX deregistrations_next_due ON deregistrations (next_due_at, id) WHERE next_due_at IS NOT NULL',
  'CREATE INDEX deregistrations_claimed ON deregistrations (claimed_until) WHERE claimed_until IS NOT NULL',
  'CREATE INDEX deregistrations_by_state ON deregistrations (state, due_at, id)',
  'CREATE INDEX deregistrations_by_due ON deregistrations (due_at, id)',
  'CREATE INDEX deregistrations_provisional ON deregistrations (calendar_edition, id) WHERE due_provisional',

  `CREATE TABLE deregistration_units (
     deregistration_id uuid NOT NULL CONSTRAINT deregistration_units_request REFERENCES deregistrations (id),
     phase text NOT NULL,
     unit text NOT NULL,
     account_id uuid NOT NULL,
     ordinal integer NOT NULL,
     state text NOT NULL CONSTRAINT deregistration_units_state
       CHECK (state IN ('planned', 'deferred', 'running', 'done', 'failed')),
     attempts integer NOT NULL,
     fence bigint NOT NULL,
     lease_owner text,
     lease_until timestamptz,
     next_attempt_at timestamptz NOT NULL,
     told_at timestamptz,
     result jsonb,
     last_error text,
     done_at timestamptz,
     CONSTRAINT deregistration_units_pk PRIMARY KEY (deregistration_id, phase, unit),
     CONSTRAINT deregistration_units_done CHECK ((state = 'done') = (done_at IS NOT NULL))
   ) WITH (fillfactor = 70)`,
  `CREATE INDEX deregistration_units_open ON deregistration_units (state, next_attempt_at) WHERE state <> 'done'`,
  'CREATE INDEX deregistration_units_account ON deregistration_units (account_id)',

  `CREATE TABLE deregistration_acknowledgements (
     id uuid NOT NULL CONSTRAINT deregistration_acknowledgements_pk PRIMARY KEY,
     deregistration_id uuid NOT NULL CONSTRAINT deregistration_acknowledgements_request REFERENCES deregistrations (id),
     account_id uuid NOT NULL,
     participant text NOT NULL,
     phase text NOT NULL,
     disposition text NOT NULL CONSTRAINT deregistration_acknowledgements_disposition
       CHECK (disposition IN ('accepted', 'refusal', 'duplicate', 'unknown', 'early')),
     late boolean NOT NULL,
     counts jsonb NOT NULL,
     reason_code text,
     service_id text NOT NULL,
     received_at timestamptz NOT NULL
   )`,
  `CREATE UNIQUE INDEX deregistration_acknowledgements_once
     ON deregistration_acknowledgements (deregistration_id, participant, phase) WHERE disposition = 'accepted'`,
  `CREATE INDEX deregistration_acknowledgements_by_request
     ON deregistration_acknowledgements (deregistration_id, received_at)`,
  'CREATE INDEX deregistration_acknowledgements_account ON deregistration_acknowledgements (account_id)',

  `CREATE TABLE deregistration_snapshots (
     deregistration_id uuid NOT NULL CONSTRAINT deregistration_snapshots_pk PRIMARY KEY
       CONSTRAINT deregistration_snapshots_request REFERENCES deregistrations (id),
     account_id uuid NOT NULL,
     sealed bytea NOT NULL,
     taken_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL
   )`,
  'CREATE INDEX deregistration_snapshots_expiry ON deregistration_snapshots (expires_at)',
  'CREATE INDEX deregistration_snapshots_account ON deregistration_snapshots (account_id)',

  `CREATE TABLE deregistration_obligations (
     id uuid NOT NULL CONSTRAINT deregistration_obligations_pk PRIMARY KEY,
     account_id uuid NOT NULL,
     participant text NOT NULL,
     reference text NOT NULL,
     kind text NOT NULL CONSTRAINT deregistration_obligations_kind
       CHECK (kind IN ('unpaid_balance', 'running_subscription', 'open_order', 'unused_credit')),
     how_to_clear jsonb NOT NULL,
     service_id text NOT NULL,
     reported_at timestamptz NOT NULL,
     CONSTRAINT deregistration_obligations_once UNIQUE (account_id, participant, reference)
   )`,
  `COMMENT ON COLUMN deregistrations.reason_sealed IS 'personal: what the person wrote'`,
  `COMMENT ON COLUMN deregistrations.decision_note_sealed IS 'personal: what the reviewer wrote about them'`,
  `COMMENT ON COLUMN deregistration_obligations.reference IS 'personal: a number of the participant, such as an invoice'`,
];
