import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the case of an entry is found. */
const CASE_OF: Readonly<Record<string, string>> = {
  appeal_messages: 'SELECT d.case_id FROM appeals a JOIN decisions d ON d.id = a.decision_id WHERE a.id = e.appeal_id',
  claim_payments: 'SELECT c.case_id FROM loss_claims c WHERE c.id = e.claim_id',
  referral_entries: 'SELECT r.case_id FROM referrals r WHERE r.id = e.referral_id',
  rectification_entries: 'SELECT s.case_id FROM sanctions s WHERE s.id = e.sanction_id',
  rectification_files: 'SELECT s.case_id FROM sanctions s WHERE s.id = e.sanction_id',
};

/** A hold that names a case alone keeps everything of it (2.5(1), 7.1): so every record of a case says whose it is. */
export class TellCasesOfEntries20261123120300 implements MigrationInterface {
  name = 'TellCasesOfEntries20261123120300';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, caseOf] of Object.entries(CASE_OF)) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN case_id uuid`);
      await runner.query(`UPDATE ${table} e SET case_id = (${caseOf})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(CASE_OF)) await runner.query(`ALTER TABLE ${table} DROP COLUMN case_id`);
  }
}
