import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIRST_MONTHS = 3;
const PARENTS = ['outbox_events', 'event_deliveries'];

/**
 * Events wait here between the change they tell and their consumers. `outbox_pending` is the relay's short queue;
 * `event_deliveries` has one row per event and consumer, which is the consumer's inbox: it turns `handled` in the
 * transaction that did the consumer's work.
 */
export class CreateOutbox20261123101000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createMonthFunction(runner);
    await createTables(runner);
    for (const parent of PARENTS) {
      await runner.query('SELECT create_month_partition($1, NULL)', [parent]);
      await runner.query(
        `SELECT create_month_partition($1, (date_trunc('month', now()) + n * interval '1 month')::date)
           FROM generate_series(0, $2::int - 1) AS n`,
        [parent, FIRST_MONTHS],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['event_deliveries', 'outbox_pending', 'outbox_events']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query('DROP SEQUENCE outbox_position');
    await runner.query('DROP FUNCTION create_month_partition(text, date)');
  }
}

/** Returns false where nothing was made: it is there, or rows of that month already stand in the default partition. */
async function createMonthFunction(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION create_month_partition(parent text, month date) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
      child text := CASE WHEN month IS NULL THEN parent || '_default' ELSE parent || '_' || to_char(month, 'YYYYMM') END;
      first_day timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
      next_day timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    BEGIN
      -- Two workers that wake up together take turns.
      PERFORM pg_advisory_xact_lock(724003);
      IF to_regclass(child) IS NOT NULL THEN RETURN false; END IF;
      IF month IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', child, parent);
        RETURN true;
      END IF;
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, first_day, next_day);
      RETURN true;
    EXCEPTION WHEN check_violation THEN
      RETURN false;
    END $$`);
}

async function createTables(runner: QueryRunner): Promise<void> {
  // A sequence is no lock: it orders the events of one account even where two machines' clocks disagree.
  await runner.query('CREATE SEQUENCE outbox_position AS bigint');
  await runner.query(`
    CREATE TABLE outbox_events (
      id uuid NOT NULL,
      at timestamptz(3) NOT NULL,
      position bigint NOT NULL,
      type text NOT NULL,
      account_id uuid,
      subject_id text NOT NULL,
      data jsonb NOT NULL,
      CONSTRAINT outbox_events_pk PRIMARY KEY (id, at)
    ) PARTITION BY RANGE (at)`);
  await runner.query(
    'CREATE INDEX outbox_events_account_id ON outbox_events (account_id, position) WHERE account_id IS NOT NULL',
  );
  await runner.query(`
    CREATE TABLE outbox_pending (
      position bigint CONSTRAINT outbox_pending_pk PRIMARY KEY,
      event_id uuid NOT NULL,
      event_at timestamptz(3) NOT NULL,
      type text NOT NULL,
      account_id uuid
    ) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000)`);
  await runner.query('CREATE INDEX outbox_pending_event_at ON outbox_pending (event_at)');
  await runner.query(`
    CREATE TABLE event_deliveries (
      id uuid NOT NULL,
      event_at timestamptz(3) NOT NULL,
      event_id uuid NOT NULL,
      event_type text NOT NULL,
      account_id uuid,
      position bigint NOT NULL,
      consumer text NOT NULL,
      state text NOT NULL CONSTRAINT event_deliveries_state CHECK (state IN ('pending', 'handled', 'parked')),
      attempts int NOT NULL,
      due_at timestamptz NOT NULL,
      claims int NOT NULL,
      claimed_until timestamptz,
      handled_at timestamptz,
      parked_at timestamptz,
      last_error text,
      CONSTRAINT event_deliveries_pk PRIMARY KEY (id, event_at)
    ) PARTITION BY RANGE (event_at)`);
  // The constraint, not the code, keeps an event from reaching a consumer twice.
  await runner.query('CREATE UNIQUE INDEX event_deliveries_once ON event_deliveries (event_id, consumer, event_at)');
  await runner.query(
    `CREATE INDEX event_deliveries_due ON event_deliveries (consumer, due_at) WHERE state = 'pending'`,
  );
  await runner.query(
    `CREATE INDEX event_deliveries_order ON event_deliveries (consumer, account_id, position) WHERE state = 'pending'`,
  );
  await runner.query(
    `CREATE INDEX event_deliveries_parked ON event_deliveries (parked_at DESC, id DESC) WHERE state = 'parked'`,
  );
}
