import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counters of the rate limits. Unlogged: they are worth no disk write, and nothing that is true lives only here. */
export class CreateLimitCounters20261123102000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE limit_counters (
        key text CONSTRAINT limit_counters_pkey PRIMARY KEY,
        points integer NOT NULL,
        window_ends_at timestamptz NOT NULL
      ) WITH (fillfactor = 70)`);
    await runner.query('CREATE INDEX limit_counters_ended ON limit_counters (window_ends_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE limit_counters');
  }
}
