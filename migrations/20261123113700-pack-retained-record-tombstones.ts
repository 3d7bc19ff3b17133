import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One tombstone for the records of one class that a batch destroyed, not one each: two index entries a record cost more
 * than deleting the record. What asks for one knows the class and the end of its period, and finds the batch by them.
 */
export class PackRetainedRecordTombstones20261123113700 implements MigrationInterface {
  name = 'PackRetainedRecordTombstones20261123113700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE retained_record_tombstones RENAME TO single_tombstones');
    await runner.query('ALTER TABLE single_tombstones RENAME CONSTRAINT retained_record_tombstones_pk TO single_pk');
    await runner.query(`CREATE TABLE retained_record_tombstones (
      id            uuid        NOT NULL,
      record_class  text        NOT NULL,
      run_id        uuid,
      destroyed_at  timestamptz NOT NULL,
      expired_from  timestamptz NOT NULL,
      expired_until timestamptz NOT NULL,
      record_ids    uuid[]      NOT NULL,
      account_ids   uuid[]      NOT NULL,
      CONSTRAINT retained_record_tombstones_pk PRIMARY KEY (id),
      CONSTRAINT retained_record_tombstones_pairs CHECK (cardinality(record_ids) = cardinality(account_ids))
    )`);
    // Random ids do not compress: nobody tries.
    for (const column of ['record_ids', 'account_ids'])
      await runner.query(`ALTER TABLE retained_record_tombstones ALTER ${column} SET STORAGE EXTERNAL`);
    await runner.query(
      'CREATE INDEX retained_record_tombstones_period ON retained_record_tombstones (record_class, expired_until)',
    );
    await runner.query(`INSERT INTO retained_record_tombstones
      SELECT gen_random_uuid(), record_class, run_id, destroyed_at, min(expired_at), max(expired_at),
             array_agg(record_id), array_agg(account_id)
        FROM single_tombstones GROUP BY record_class, run_id, destroyed_at`);
    await runner.query('DROP TABLE single_tombstones');
    // Records that were sealed under a key made for another: what a purge asks before it destroys a key.
    await runner.query(
      'CREATE INDEX retained_records_key_shared ON retained_records (account_id, record_class) WHERE key_slot IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX retained_records_key_shared');
    await runner.query('ALTER TABLE retained_record_tombstones RENAME TO packed_tombstones');
    await runner.query('ALTER TABLE packed_tombstones RENAME CONSTRAINT retained_record_tombstones_pk TO packed_pk');
    await runner.query(`CREATE TABLE retained_record_tombstones (
      record_id    uuid        NOT NULL,
      account_id   uuid        NOT NULL,
      record_class text        NOT NULL,
      expired_at   timestamptz NOT NULL,
      destroyed_at timestamptz NOT NULL,
      run_id       uuid,
      CONSTRAINT retained_record_tombstones_pk PRIMARY KEY (record_id)
    )`);
    await runner.query('CREATE INDEX retained_record_tombstones_account ON retained_record_tombstones (account_id)');
    await runner.query(`INSERT INTO retained_record_tombstones
      SELECT t.record_id, t.account_id, p.record_class, p.expired_until, p.destroyed_at, p.run_id
        FROM packed_tombstones p, unnest(p.record_ids, p.account_ids) AS t (record_id, account_id)`);
    await runner.query('DROP TABLE packed_tombstones');
  }
}
