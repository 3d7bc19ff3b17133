import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIRST_MONTHS = 3;

/** Who is told of events, under which secrets, and one row per event and endpoint: the state of telling. */
export class CreateWebhooks20261123101200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoints (
        id uuid CONSTRAINT webhook_endpoints_pk PRIMARY KEY,
        url text NOT NULL,
        description text,
        event_types text[] NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz
      )`);
    await runner.query(
      'CREATE INDEX webhook_endpoints_live ON webhook_endpoints (created_at DESC, id DESC) WHERE deleted_at IS NULL',
    );
    await runner.query(`
      CREATE TABLE webhook_secrets (
        id uuid CONSTRAINT webhook_secrets_pk PRIMARY KEY,
        endpoint_id uuid NOT NULL CONSTRAINT webhook_secrets_endpoint_fk REFERENCES webhook_endpoints (id),
        secret bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz
      )`);
    await runner.query('CREATE INDEX webhook_secrets_endpoint_id ON webhook_secrets (endpoint_id, created_at DESC)');
    await runner.query(
      `CREATE INDEX webhook_secrets_expires_at ON webhook_secrets (expires_at) WHERE expires_at IS NOT NULL`,
    );
    await createDeliveries(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_deliveries', 'webhook_secrets', 'webhook_endpoints'])
      await runner.query(`DROP TABLE ${table}`);
  }
}

async function createDeliveries(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE webhook_deliveries (
      id uuid NOT NULL,
      event_at timestamptz(3) NOT NULL,
      event_id uuid NOT NULL,
      event_type text NOT NULL,
      account_id uuid,
      position bigint NOT NULL,
      endpoint_id uuid NOT NULL,
      state text NOT NULL
        CONSTRAINT webhook_deliveries_state CHECK (state IN ('pending', 'delivered', 'parked', 'cancelled')),
      attempts int NOT NULL,
      due_at timestamptz NOT NULL,
      park_at timestamptz NOT NULL,
      claims int NOT NULL,
      claimed_until timestamptz,
      last_attempt_at timestamptz,
      response_status int,
      last_error text,
      delivered_at timestamptz,
      CONSTRAINT webhook_deliveries_pk PRIMARY KEY (id, event_at)
    ) PARTITION BY RANGE (event_at)`);
  await runner.query(
    'CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (event_id, endpoint_id, event_at)',
  );
  await runner.query(`CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state = 'pending'`);
  await runner.query(
    `CREATE INDEX webhook_deliveries_order ON webhook_deliveries (endpoint_id, account_id, position) WHERE state = 'pending'`,
  );
  await runner.query('CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (event_at DESC, id DESC)');
  await runner.query(
    `CREATE INDEX webhook_deliveries_parked ON webhook_deliveries (event_at DESC, id DESC) WHERE state = 'parked'`,
  );
  await runner.query(`SELECT create_month_partition('webhook_deliveries', NULL)`);
  await runner.query(
    `SELECT create_month_partition('webhook_deliveries', (date_trunc('month', now()) + n * interval '1 month')::date)
       FROM generate_series(0, $1::int - 1) AS n`,
    [FIRST_MONTHS],
  );
}
