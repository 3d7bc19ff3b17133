import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row per answered POST: what makes every POST idempotent, written in the POST's own transaction. */
export class CreateIdempotencyKeys20261123100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        key text CONSTRAINT idempotency_keys_pk PRIMARY KEY,
        request_hash text NOT NULL,
        answer bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
  }
}
