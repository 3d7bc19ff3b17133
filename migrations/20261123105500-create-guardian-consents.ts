import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A guardian's decision about one minor's use (2.1), and the proof of each step to it. */
export class CreateGuardianConsents20261123105500 implements MigrationInterface {
  name = 'CreateGuardianConsents20261123105500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE guardian_consents (
        id                   uuid        NOT NULL CONSTRAINT guardian_consents_pk PRIMARY KEY,
        account_id           uuid        NOT NULL,
        state                text        NOT NULL,
        guardian_phone       bytea       NOT NULL,
        guardian_phone_index text        NOT NULL,
        guardian_name        bytea,
        relationship         text        NOT NULL,
        locale               text        NOT NULL,
        link_version         integer     NOT NULL,
        link_expires_at      timestamptz NOT NULL,
        links_sent           integer     NOT NULL,
        remind_at            timestamptz,
        expires_at           timestamptz NOT NULL,
        minutes_per_day      integer,
        quiet_from           text,
        quiet_to             text,
        decided_at           timestamptz,
        ended_at             timestamptz,
        version              integer     NOT NULL,
        created_at           timestamptz NOT NULL,
        CONSTRAINT guardian_consents_state_known CHECK (state IN
          ('requested', 'contacted', 'verified', 'granted', 'refused', 'expired', 'revoked', 'lapsed')),
        CONSTRAINT guardian_consents_minutes CHECK (minutes_per_day BETWEEN 0 AND 1440),
        CONSTRAINT guardian_consents_quiet CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX guardian_consents_one_live ON guardian_consents (account_id)
        WHERE state IN ('requested', 'contacted', 'verified', 'granted')`);
    await runner.query('CREATE INDEX guardian_consents_account_id ON guardian_consents (account_id, created_at)');
    await runner.query(`
      CREATE INDEX guardian_consents_guardian ON guardian_consents (guardian_phone_index)
        WHERE state IN ('requested', 'contacted', 'verified', 'granted')`);
    await runner.query(`
      CREATE INDEX guardian_consents_expires_at ON guardian_consents (expires_at)
        WHERE state IN ('requested', 'contacted', 'verified')`);
    await runner.query(`
      CREATE INDEX guardian_consents_remind_at ON guardian_consents (remind_at)
        WHERE remind_at IS NOT NULL AND state IN ('requested', 'contacted', 'verified')`);
    await runner.query(`
      CREATE TABLE guardian_consent_evidence (
        id          uuid        NOT NULL CONSTRAINT guardian_consent_evidence_pk PRIMARY KEY,
        consent_id  uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        step        text        NOT NULL,
        method      text        NOT NULL,
        details     bytea       NOT NULL,
        at          timestamptz NOT NULL
      )`);
    await runner.query(
      'CREATE INDEX guardian_consent_evidence_consent ON guardian_consent_evidence (consent_id, at, id)',
    );
    await runner.query('CREATE INDEX guardian_consent_evidence_account ON guardian_consent_evidence (account_id)');
    // Proof is append-only while it exists; it goes only as a whole, by the retention of its record class.
    await runner.query(`
      CREATE FUNCTION guardian_consent_evidence_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'guardian consent evidence is append-only'; END $$`);
    await runner.query(`
      CREATE TRIGGER guardian_consent_evidence_fixed BEFORE UPDATE ON guardian_consent_evidence
        FOR EACH ROW EXECUTE FUNCTION guardian_consent_evidence_is_fixed()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE guardian_consent_evidence');
    await runner.query('DROP FUNCTION guardian_consent_evidence_is_fixed');
    await runner.query('DROP TABLE guardian_consents');
  }
}
