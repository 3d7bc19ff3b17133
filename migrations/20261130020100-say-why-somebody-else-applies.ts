import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A deregistration that the holder did not ask for says why (REG-4; 个人信息保护法 49). */
export class SayWhySomebodyElseApplies20261130020100 implements MigrationInterface {
  name = 'SayWhySomebodyElseApplies20261130020100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE deregistrations ADD COLUMN ground text
         CONSTRAINT deregistrations_ground CHECK (ground IN ('holder_deceased'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deregistrations DROP COLUMN ground');
  }
}
