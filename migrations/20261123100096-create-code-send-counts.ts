import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes sent and proven by country and hour, and when a country was over its budget: numbers of nobody. */
export class CreateCodeSendCounts20261123100096 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE code_send_counts (
        country text NOT NULL,
        hour timestamptz NOT NULL,
        sent integer NOT NULL,
        verified integer NOT NULL,
        CONSTRAINT code_send_counts_pk PRIMARY KEY (country, hour)
      )`);
    await runner.query('CREATE INDEX code_send_counts_hour ON code_send_counts (hour)');
    await runner.query(`
      CREATE TABLE code_budget_alarms (
        country text NOT NULL,
        span text NOT NULL,
        hour timestamptz NOT NULL,
        observed integer NOT NULL,
        threshold double precision NOT NULL,
        mode text NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT code_budget_alarms_pk PRIMARY KEY (country, span, hour)
      )`);
    // Rows come in order of time, so a few pages of summary do what a whole index would.
    await runner.query('CREATE INDEX verification_codes_issued_at ON verification_codes USING brin (issued_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX verification_codes_issued_at');
    await runner.query('DROP TABLE code_budget_alarms');
    await runner.query('DROP TABLE code_send_counts');
  }
}
