import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row per sweep: who runs it now, under which fencing number, and when it is next due. */
export class CreateSweepLeases20261123101100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sweep_leases (
        name text CONSTRAINT sweep_leases_pk PRIMARY KEY,
        holder text,
        fence bigint NOT NULL,
        lease_until timestamptz,
        next_run_at timestamptz NOT NULL,
        finished_at timestamptz,
        failures int NOT NULL,
        last_error text
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sweep_leases');
  }
}
