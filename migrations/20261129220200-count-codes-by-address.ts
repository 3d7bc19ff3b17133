import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From which address a code was asked for, as a keyed digest: the budget against SMS pumping is per address too (2.3(3)). */
export class CountCodesByAddress20261129220200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE verification_codes ADD COLUMN address text');
    await runner.query(
      'CREATE INDEX verification_codes_address ON verification_codes (address, issued_at) WHERE address IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX verification_codes_address');
    await runner.query('ALTER TABLE verification_codes DROP COLUMN address');
  }
}
