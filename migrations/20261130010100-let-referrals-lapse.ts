import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A referral that nobody agreed to lapses, and lies with somebody who proposes it again or drops it (ENF-11). */
export class LetReferralsLapse20261130010100 implements MigrationInterface {
  name = 'LetReferralsLapse20261130010100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE referrals DROP CONSTRAINT referrals_state_known');
    await runner.query(`
      ALTER TABLE referrals ADD CONSTRAINT referrals_state_known CHECK (state IN ('awaiting_approval', 'lapsed', 'approved',
        'sent', 'answered', 'closed', 'declined'))`);
    await runner.query('ALTER TABLE referrals ADD COLUMN lapses_at timestamptz');
    // Those that wait already have the ordinary time from now.
    await runner.query(
      `UPDATE referrals SET lapses_at = greatest(now() + interval '3 days', due_at) WHERE state = 'awaiting_approval'`,
    );
    await runner.query('CREATE INDEX referrals_lapse ON referrals (lapses_at) WHERE lapses_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE referrals SET state = 'declined', closed_at = updated_at WHERE state = 'lapsed'`);
    await runner.query('DROP INDEX referrals_lapse');
    await runner.query('ALTER TABLE referrals DROP COLUMN lapses_at');
    await runner.query('ALTER TABLE referrals DROP CONSTRAINT referrals_state_known');
    await runner.query(`
      ALTER TABLE referrals ADD CONSTRAINT referrals_state_known CHECK (state IN ('awaiting_approval', 'approved', 'sent',
        'answered', 'closed', 'declined'))`);
  }
}
