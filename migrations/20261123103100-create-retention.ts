import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Retained records, legal holds, deferred erasures, retention runs, and what the database knows of the erasure ledger. */
export class CreateRetention20261123103100 implements MigrationInterface {
  name = 'CreateRetention20261123103100';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    for (const statement of INDEXES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'erasure_ledger_entries',
      'retention_run_classes',
      'retention_runs',
      'retention_deferrals',
      'legal_holds',
      'retained_record_reads',
      'retained_record_tombstones',
      'retained_records',
      'retention_policies',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

const TABLES = [
  `CREATE TABLE retention_policies (
    sha256    text        NOT NULL,
    version   text        NOT NULL,
    body      jsonb       NOT NULL,
    pinned_at timestamptz NOT NULL,
    CONSTRAINT retention_policies_pk PRIMARY KEY (sha256)
  )`,
  // What is kept, sealed under a key that the database does not hold; everything beside "sealed" is the register.
  `CREATE TABLE retained_records (
    id            uuid        NOT NULL,
    account_id    uuid        NOT NULL,
    record_class  text        NOT NULL,
    plan_id       text        NOT NULL,
    policy_sha256 text        NOT NULL,
    basis         jsonb       NOT NULL,
    readers       text[]      NOT NULL,
    at_expiry     text        NOT NULL,
    trigger_kind  text        NOT NULL,
    trigger_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    case_ids      uuid[]      NOT NULL,
    item_count    integer     NOT NULL,
    key_slot      integer,
    sealed        bytea       NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT retained_records_pk PRIMARY KEY (id),
    CONSTRAINT retained_records_once UNIQUE (account_id, record_class, plan_id)
  )`,
  `CREATE TABLE retained_record_tombstones (
    record_id    uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    record_class text        NOT NULL,
    expired_at   timestamptz NOT NULL,
    destroyed_at timestamptz NOT NULL,
    run_id       uuid,
    CONSTRAINT retained_record_tombstones_pk PRIMARY KEY (record_id)
  )`,
  `CREATE TABLE retained_record_reads (
    id           uuid        NOT NULL,
    record_id    uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    record_class text        NOT NULL,
    reader_id    text        NOT NULL,
    reader_role  text        NOT NULL,
    purpose      text        NOT NULL,
    reference    text        NOT NULL,
    read_at      timestamptz NOT NULL,
    CONSTRAINT retained_record_reads_pk PRIMARY KEY (id)
  )`,
  `CREATE TABLE legal_holds (
    id             uuid        NOT NULL,
    account_id     uuid,
    case_id        uuid,
    record_classes text[],
    reason         text        NOT NULL,
    authority      text        NOT NULL,
    reference      text        NOT NULL,
    review_at      timestamptz NOT NULL,
    placed_by      text        NOT NULL,
    placed_at      timestamptz NOT NULL,
    released_by    text,
    released_at    timestamptz,
    release_reason text,
    CONSTRAINT legal_holds_pk PRIMARY KEY (id),
    CONSTRAINT legal_holds_names_something
      CHECK (account_id IS NOT NULL OR case_id IS NOT NULL OR cardinality(record_classes) > 0)
  )`,
  // A unit that a hold stopped: refused attempts on record, and the memory that finishes the work after the release.
  `CREATE TABLE retention_deferrals (
    id               uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    record_class     text        NOT NULL,
    plan_id          text        NOT NULL,
    policy_sha256    text        NOT NULL,
    attempts         integer     NOT NULL,
    first_refused_at timestamptz NOT NULL,
    last_refused_at  timestamptz NOT NULL,
    due_at           timestamptz,
    done_at          timestamptz,
    CONSTRAINT retention_deferrals_pk PRIMARY KEY (id),
    CONSTRAINT retention_deferrals_once UNIQUE (account_id, record_class, plan_id)
  )`,
  `CREATE TABLE retention_runs (
    id             uuid        NOT NULL,
    dry_run        boolean     NOT NULL,
    scope          jsonb       NOT NULL,
    state          text        NOT NULL,
    requested_by   jsonb       NOT NULL,
    cause          text        NOT NULL,
    policy_sha256  text        NOT NULL,
    policy_version text        NOT NULL,
    as_of          timestamptz NOT NULL,
    requested_at   timestamptz NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz,
    report_sha256  text,
    lease_until    timestamptz,
    fence          bigint      NOT NULL DEFAULT 0,
    version        integer     NOT NULL DEFAULT 1,
    CONSTRAINT retention_runs_pk PRIMARY KEY (id)
  )`,
  `CREATE TABLE retention_run_classes (
    run_id            uuid        NOT NULL,
    record_class      text        NOT NULL,
    position          integer     NOT NULL,
    state             text        NOT NULL,
    due               bigint      NOT NULL DEFAULT 0,
    erased            bigint      NOT NULL DEFAULT 0,
    held              bigint      NOT NULL DEFAULT 0,
    batches           bigint      NOT NULL DEFAULT 0,
    oldest_overdue_at timestamptz,
    cursor            jsonb,
    error             text,
    CONSTRAINT retention_run_classes_pk PRIMARY KEY (run_id, record_class)
  )`,
  // Ids of the ledger's entries. What the ledger has and this table lacks was erased after this copy of the database.
  `CREATE TABLE erasure_ledger_entries (
    id          uuid        NOT NULL,
    account_id  uuid,
    plan_id     text,
    kind        text        NOT NULL,
    body        jsonb       NOT NULL,
    created_at  timestamptz NOT NULL,
    appended_at timestamptz,
    CONSTRAINT erasure_ledger_entries_pk PRIMARY KEY (id)
  )`,
];

const INDEXES = [
  'CREATE INDEX retained_records_due ON retained_records (record_class, expires_at, id)',
  'CREATE INDEX retained_record_tombstones_account ON retained_record_tombstones (account_id)',
  'CREATE INDEX retained_record_reads_record ON retained_record_reads (record_id, read_at)',
  'CREATE INDEX retained_record_reads_reader ON retained_record_reads (reader_id, read_at)',
  'CREATE INDEX retained_record_reads_account ON retained_record_reads (account_id)',
  'CREATE INDEX legal_holds_account ON legal_holds (account_id) WHERE released_at IS NULL',
  'CREATE INDEX legal_holds_wide ON legal_holds (id) WHERE released_at IS NULL AND account_id IS NULL',
  'CREATE INDEX legal_holds_list ON legal_holds (placed_at DESC, id DESC)',
  'CREATE INDEX legal_holds_review ON legal_holds (review_at) WHERE released_at IS NULL',
  'CREATE INDEX retention_deferrals_due ON retention_deferrals (due_at) WHERE done_at IS NULL AND due_at IS NOT NULL',
  'CREATE INDEX retention_runs_list ON retention_runs (requested_at DESC, id DESC)',
  `CREATE INDEX retention_runs_open ON retention_runs (requested_at) WHERE state IN ('queued', 'running')`,
  'CREATE INDEX erasure_ledger_entries_plan ON erasure_ledger_entries (account_id, plan_id)',
  'CREATE INDEX erasure_ledger_entries_pending ON erasure_ledger_entries (created_at) WHERE appended_at IS NULL',
];
