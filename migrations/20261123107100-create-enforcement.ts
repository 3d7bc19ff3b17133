import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['strikes', 'sanction_changes', 'sanctions', 'decisions', 'case_evidence', 'reports', 'cases'];

/** Report → case → decision → sanction (3.3–3.6, 6, 7.1). What people wrote is sealed; the rest are ids, codes and times. */
export class CreateEnforcement20261123107100 implements MigrationInterface {
  name = 'CreateEnforcement20261123107100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cases (
        id            uuid        NOT NULL CONSTRAINT cases_pk PRIMARY KEY,
        account_id    uuid        NOT NULL,
        matter        text        NOT NULL,
        state         text        NOT NULL,
        version       integer     NOT NULL,
        clauses       text[]      NOT NULL,
        priority      integer     NOT NULL,
        due_at        timestamptz NOT NULL,
        report_count  integer     NOT NULL,
        source        text        NOT NULL,
        conflict_ids  text[]      NOT NULL,
        opened_by     text        NOT NULL,
        changed_by    text        NOT NULL,
        change        text        NOT NULL,
        merged_into   uuid,
        opened_at     timestamptz NOT NULL,
        updated_at    timestamptz NOT NULL,
        decided_at    timestamptz,
        closed_at     timestamptz,
        CONSTRAINT cases_state_known CHECK (state IN ('open', 'in_review', 'decided', 'closed', 'reopened', 'dismissed', 'merged')),
        CONSTRAINT cases_merge_names_other CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id)
      )`);
    // A thousand reports of one matter in a minute are one case.
    await runner.query(`
      CREATE UNIQUE INDEX cases_undecided_once ON cases (account_id, matter) WHERE state IN ('open', 'in_review', 'reopened')`);
    await runner.query('CREATE INDEX cases_account ON cases (account_id, opened_at DESC, id DESC)');
    await runner.query('CREATE INDEX cases_state ON cases (state, opened_at DESC, id DESC)');
    await runner.query('CREATE INDEX cases_opened ON cases (opened_at DESC, id DESC)');

    await runner.query(`
      CREATE TABLE reports (
        id             uuid        NOT NULL CONSTRAINT reports_pk PRIMARY KEY,
        case_id        uuid        NOT NULL,
        account_id     uuid        NOT NULL,
        clause         text        NOT NULL,
        reporter_kind  text        NOT NULL,
        reporter_key   text,
        sealed         bytea       NOT NULL,
        content_hash   text        NOT NULL,
        score          integer,
        tracking_hash  text        NOT NULL,
        outcome        text        NOT NULL,
        received_at    timestamptz NOT NULL,
        answered_at    timestamptz,
        CONSTRAINT reports_outcome_known CHECK (outcome IN ('pending', 'measures_taken', 'no_violation')),
        CONSTRAINT reports_answer_is_whole CHECK ((outcome = 'pending') = (answered_at IS NULL))
      )`);
    await runner.query('CREATE INDEX reports_case ON reports (case_id, received_at, id)');
    await runner.query('CREATE INDEX reports_account_id ON reports (account_id)');
    await runner.query(
      'CREATE INDEX reports_reporter ON reports (reporter_key, received_at DESC) WHERE reporter_key IS NOT NULL',
    );
    await runner.query(`CREATE UNIQUE INDEX reports_tracking ON reports (tracking_hash)`);

    await runner.query(`
      CREATE TABLE case_evidence (
        id           uuid        NOT NULL CONSTRAINT case_evidence_pk PRIMARY KEY,
        case_id      uuid        NOT NULL,
        account_id   uuid        NOT NULL,
        kind         text        NOT NULL,
        sealed       bytea,
        content_hash text        NOT NULL,
        size_bytes   integer     NOT NULL,
        added_by     text        NOT NULL,
        added_at     timestamptz NOT NULL,
        held_since   timestamptz,
        CONSTRAINT case_evidence_kind_known CHECK (kind IN ('note', 'content_reference', 'detector_output', 'file'))
      )`);
    await runner.query('CREATE INDEX case_evidence_case ON case_evidence (case_id, added_at, id)');
    await runner.query('CREATE INDEX case_evidence_account_id ON case_evidence (account_id)');
    // Append-only: a hold, a new key and, under a retention rule, erasure may touch a row; its hash shows that the text stayed.
    await runner.query(`
      CREATE FUNCTION case_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.id, NEW.case_id, NEW.account_id, NEW.kind, NEW.content_hash, NEW.size_bytes, NEW.added_by, NEW.added_at)
           IS DISTINCT FROM
           (OLD.id, OLD.case_id, OLD.account_id, OLD.kind, OLD.content_hash, OLD.size_bytes, OLD.added_by, OLD.added_at)
        THEN RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER case_evidence_append_only BEFORE UPDATE ON case_evidence FOR EACH ROW EXECUTE FUNCTION case_evidence_stays()`);

    await runner.query(`
      CREATE TABLE decisions (
        id              uuid        NOT NULL CONSTRAINT decisions_pk PRIMARY KEY,
        case_id         uuid        NOT NULL,
        account_id      uuid        NOT NULL,
        state           text        NOT NULL,
        version         integer     NOT NULL,
        clauses         text[]      NOT NULL,
        agreement_version text      NOT NULL,
        taxonomy_digest text        NOT NULL,
        suggestion      jsonb,
        notice          text        NOT NULL,
        notice_at       timestamptz,
        notice_given_at timestamptz,
        sealed bytea,
        statement_digest text       NOT NULL,
        decided_by      text        NOT NULL,
        decided_role    text        NOT NULL,
        approved_by     text,
        conflict_ids    text[]      NOT NULL,
        bulk_id         uuid,
        approval_due_at timestamptz,
        announce        jsonb,
        decided_at      timestamptz NOT NULL,
        effective_at    timestamptz,
        ended_at        timestamptz,
        CONSTRAINT decisions_state_known CHECK (
          state IN ('awaiting_approval', 'effective', 'declined', 'lapsed', 'overturned', 'varied')),
        CONSTRAINT decisions_notice_known CHECK (notice IN ('given', 'delayed', 'withheld')),
        CONSTRAINT decisions_late_notice_has_end CHECK (notice = 'given' OR notice_at IS NOT NULL),
        -- Invariant 9, whatever the code forgets: nobody approves their own decision, nobody decides what they are part of.
        CONSTRAINT decisions_second_person CHECK (approved_by IS NULL OR approved_by <> decided_by),
        CONSTRAINT decisions_no_conflict CHECK (
          NOT (decided_by = ANY (conflict_ids)) AND (approved_by IS NULL OR NOT (approved_by = ANY (conflict_ids))))
      )`);
    await runner.query('CREATE INDEX decisions_case ON decisions (case_id, decided_at, id)');
    await runner.query('CREATE INDEX decisions_account ON decisions (account_id, decided_at DESC, id DESC)');
    await runner.query('CREATE INDEX decisions_bulk ON decisions (bulk_id, id) WHERE bulk_id IS NOT NULL');
    await runner.query('CREATE INDEX decisions_decided ON decisions (decided_at, id)');
    await runner.query(
      `CREATE INDEX decisions_approval_due ON decisions (approval_due_at) WHERE state = 'awaiting_approval'`,
    );
    await runner.query(`
      CREATE INDEX decisions_notice_due ON decisions (notice_at)
       WHERE notice_given_at IS NULL AND state IN ('effective', 'varied')`);
    // One decision of a case waits for a second person at a time.
    await runner.query(
      `CREATE UNIQUE INDEX decisions_awaiting_once ON decisions (case_id) WHERE state = 'awaiting_approval'`,
    );
    await runner.query(`
      CREATE FUNCTION decisions_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.statement_digest IS DISTINCT FROM OLD.statement_digest
           OR (NEW.case_id, NEW.account_id, NEW.clauses, NEW.agreement_version, NEW.decided_by, NEW.decided_at) IS DISTINCT FROM
              (OLD.case_id, OLD.account_id, OLD.clauses, OLD.agreement_version, OLD.decided_by, OLD.decided_at)
        THEN RAISE EXCEPTION 'a statement of reasons is never rewritten' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER decisions_statement_immutable BEFORE UPDATE ON decisions FOR EACH ROW EXECUTE FUNCTION decisions_statement_stays()`);

    await runner.query(`
      CREATE TABLE sanctions (
        id            uuid        NOT NULL CONSTRAINT sanctions_pk PRIMARY KEY,
        account_id    uuid        NOT NULL,
        case_id       uuid        NOT NULL,
        decision_id   uuid        NOT NULL,
        type          text        NOT NULL,
        state         text        NOT NULL,
        version       integer     NOT NULL,
        clause        text        NOT NULL,
        features      text[]      NOT NULL,
        params        jsonb       NOT NULL,
        starts_at     timestamptz NOT NULL,
        ends_at       timestamptz,
        next_at       timestamptz,
        review_at     timestamptz,
        created_at    timestamptz NOT NULL,
        ended_at      timestamptz,
        ended_by      text,
        end_reason    text,
        CONSTRAINT sanctions_type_known CHECK (type IN ('warning', 'rectification', 'feature_restriction', 'suspension', 'closure',
          'reregistration_ban', 'content_removal')),
        CONSTRAINT sanctions_state_known CHECK (state IN ('awaiting_approval', 'scheduled', 'active', 'expired', 'lifted',
          'superseded', 'fulfilled', 'declined')),
        CONSTRAINT sanctions_order CHECK (ends_at IS NULL OR ends_at >= starts_at),
        CONSTRAINT sanctions_end_is_whole CHECK (
          (state IN ('expired', 'lifted', 'superseded', 'fulfilled', 'declined')) = (ended_at IS NOT NULL))
      )`);
    // Ten people who suspend one account at once make one suspension.
    await runner.query(`
      CREATE UNIQUE INDEX sanctions_live_once ON sanctions (account_id, type)
       WHERE type IN ('suspension', 'closure', 'reregistration_ban') AND state IN ('awaiting_approval', 'scheduled', 'active')`);
    await runner.query('CREATE INDEX sanctions_account ON sanctions (account_id, created_at DESC, id DESC)');
    await runner.query('CREATE INDEX sanctions_decision ON sanctions (decision_id)');
    await runner.query('CREATE INDEX sanctions_case ON sanctions (case_id)');
    await runner.query('CREATE INDEX sanctions_created ON sanctions (created_at DESC, id DESC)');
    await runner.query('CREATE INDEX sanctions_next ON sanctions (next_at) WHERE next_at IS NOT NULL');

    await runner.query(`
      CREATE TABLE sanction_changes (
        id          uuid        NOT NULL CONSTRAINT sanction_changes_pk PRIMARY KEY,
        sanction_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        change      text        NOT NULL,
        actor_kind  text        NOT NULL,
        actor_id    text        NOT NULL,
        at          timestamptz NOT NULL,
        data        jsonb       NOT NULL
      )`);
    // However many sweeps run: one beginning, one end.
    await runner.query(`
      CREATE UNIQUE INDEX sanction_changes_once ON sanction_changes (sanction_id, change)
       WHERE change IN ('activated', 'expired', 'lifted', 'superseded', 'fulfilled', 'declined')`);
    await runner.query('CREATE INDEX sanction_changes_sanction ON sanction_changes (sanction_id, at, id)');
    await runner.query('CREATE INDEX sanction_changes_account_id ON sanction_changes (account_id)');

    await runner.query(`
      CREATE TABLE strikes (
        decision_id uuid        NOT NULL CONSTRAINT strikes_pk PRIMARY KEY,
        account_id  uuid        NOT NULL,
        value       integer     NOT NULL,
        ladder      text        NOT NULL,
        at          timestamptz NOT NULL,
        revoked_at  timestamptz,
        CONSTRAINT strikes_value_positive CHECK (value >= 0)
      )`);
    await runner.query('CREATE INDEX strikes_account ON strikes (account_id, at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION case_evidence_stays()');
    await runner.query('DROP FUNCTION decisions_statement_stays()');
  }
}
