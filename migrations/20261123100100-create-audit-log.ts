import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Months that exist from the start; the sweep keeps creating them ahead, and the default partition never loses an event. */
const FIRST_MONTHS = 3;

/**
 * The audit log (provability.md). Events go in unchained, in the transaction of what they tell; the sequencer adds one
 * link per event. Events, links and checkpoints are insert-only: nobody has the right to change them, and a trigger
 * refuses even who owns the tables. What could identify a person stands beside the event and may be erased.
 */
export class CreateAuditLog20261123100100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner);
    await createGuards(runner);
    await createMonths(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'audit_checkpoints',
      'audit_sequencer',
      'audit_pending',
      'audit_chain',
      'audit_event_details',
      'audit_events',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query('DROP FUNCTION audit_create_month(date)');
    await runner.query('DROP FUNCTION audit_refuse_change()');
  }
}

async function createTables(runner: QueryRunner): Promise<void> {
  // Milliseconds, as the hash sees them: an instant has no digits that a change could hide in.
  await runner.query(`
    CREATE TABLE audit_events (
      id uuid NOT NULL,
      at timestamptz(3) NOT NULL,
      type text NOT NULL,
      actor_kind text NOT NULL,
      actor_id text NOT NULL,
      actor_role text,
      account_id uuid,
      target_kind text NOT NULL,
      target_id text NOT NULL,
      clauses text[] NOT NULL,
      policies jsonb NOT NULL,
      data_digest text,
      CONSTRAINT audit_events_pk PRIMARY KEY (id, at)
    ) PARTITION BY RANGE (at)`);
  await runner.query(
    'CREATE INDEX audit_events_account_id ON audit_events (account_id, at DESC, id DESC) WHERE account_id IS NOT NULL',
  );
  await runner.query('CREATE INDEX audit_events_target ON audit_events (target_kind, target_id, at DESC, id DESC)');
  await runner.query('CREATE INDEX audit_events_actor ON audit_events (actor_kind, actor_id, at DESC, id DESC)');
  await runner.query('CREATE INDEX audit_events_type ON audit_events (type, at DESC, id DESC)');
  await runner.query('CREATE INDEX audit_events_at ON audit_events (at DESC, id DESC)');
  await runner.query(`
    CREATE TABLE audit_event_details (
      event_id uuid NOT NULL,
      at timestamptz(3) NOT NULL,
      account_id uuid,
      salt bytea NOT NULL,
      sealed bytea NOT NULL,
      CONSTRAINT audit_event_details_pk PRIMARY KEY (event_id, at)
    ) PARTITION BY RANGE (at)`);
  await runner.query(
    'CREATE INDEX audit_event_details_account_id ON audit_event_details (account_id) WHERE account_id IS NOT NULL',
  );
  // One writer at a time holds the sequencer row, so the pair (seq, month) is unique without a global index.
  await runner.query(`
    CREATE TABLE audit_chain (
      seq bigint NOT NULL,
      chained_at timestamptz(3) NOT NULL,
      event_id uuid NOT NULL,
      event_at timestamptz(3) NOT NULL,
      previous_hash text NOT NULL,
      hash text NOT NULL,
      CONSTRAINT audit_chain_pk PRIMARY KEY (seq, chained_at)
    ) PARTITION BY RANGE (chained_at)`);
  await runner.query('CREATE UNIQUE INDEX audit_chain_event_id ON audit_chain (event_id, chained_at)');
  await runner.query('CREATE INDEX audit_chain_chained_at ON audit_chain (chained_at, seq)');
  // A short queue with heavy turnover: vacuum it early.
  await runner.query(`
    CREATE TABLE audit_pending (
      event_id uuid CONSTRAINT audit_pending_pk PRIMARY KEY,
      at timestamptz(3) NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000)`);
  await runner.query(`
    CREATE TABLE audit_sequencer (
      id smallint CONSTRAINT audit_sequencer_pk PRIMARY KEY CONSTRAINT audit_sequencer_one_row CHECK (id = 1),
      log_id uuid NOT NULL,
      size bigint NOT NULL,
      head text NOT NULL,
      chained_at timestamptz(3) NOT NULL,
      holder text,
      fence bigint NOT NULL,
      lease_until timestamptz
    )`);
  await runner.query(`
    INSERT INTO audit_sequencer (id, log_id, size, head, chained_at, fence)
    VALUES (1, gen_random_uuid(), 0, repeat('0', 64), to_timestamp(0), 0)`);
  // Small (one row a minute with news) and kept for ever: it is what proves that older months were ever there.
  await runner.query(`
    CREATE TABLE audit_checkpoints (
      size bigint CONSTRAINT audit_checkpoints_pk PRIMARY KEY,
      head text NOT NULL,
      at timestamptz(3) NOT NULL,
      jws text NOT NULL
    )`);
}

async function createGuards(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$`);
  for (const table of ['audit_events', 'audit_chain', 'audit_checkpoints']) {
    await runner.query(`REVOKE UPDATE, DELETE, TRUNCATE ON ${table} FROM PUBLIC, CURRENT_USER`);
    // ALWAYS: session_replication_role = replica does not switch it off.
    await runner.query(`
      CREATE TRIGGER ${table}_is_append_only BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_is_append_only`);
    await runner.query(`
      CREATE TRIGGER ${table}_is_never_emptied BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`);
    await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_is_never_emptied`);
  }
}

async function createMonths(runner: QueryRunner): Promise<void> {
  // Statement triggers and revoked rights are not inherited by partitions, so the function gives them to each.
  await runner.query(`
    CREATE FUNCTION audit_create_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
      parent text;
      child text;
      made boolean := false;
      first_day timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
      next_day timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    BEGIN
      -- Two workers that wake up together take turns.
      PERFORM pg_advisory_xact_lock(724002);
      FOREACH parent IN ARRAY ARRAY['audit_events', 'audit_event_details', 'audit_chain'] LOOP
        child := CASE WHEN month IS NULL THEN parent || '_default' ELSE parent || '_' || to_char(month, 'YYYYMM') END;
        CONTINUE WHEN to_regclass(child) IS NOT NULL;
        IF month IS NULL THEN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', child, parent);
        ELSE
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, first_day, next_day);
        END IF;
        made := true;
        IF parent <> 'audit_event_details' THEN
          EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM PUBLIC, CURRENT_USER', child);
          EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()',
            child || '_is_never_emptied', child);
          EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', child, child || '_is_never_emptied');
        END IF;
      END LOOP;
      RETURN made;
    END $$`);
  await runner.query('SELECT audit_create_month(NULL)');
  await runner.query(
    `SELECT audit_create_month((date_trunc('month', now()) + n * interval '1 month')::date)
     FROM generate_series(0, $1::int - 1) AS n`,
    [FIRST_MONTHS],
  );
}
