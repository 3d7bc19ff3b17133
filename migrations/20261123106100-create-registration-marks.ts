import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sliding sets of attempts, for the counting rules. Unlogged: a mark waits for no disk; what a crash of the database
 * server loses is the running windows, which no caller can bring about. Keys and members are keyed digests.
 */
export class CreateRegistrationMarks20261123106100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE registration_marks (
        key text NOT NULL,
        member text NOT NULL,
        at timestamptz NOT NULL,
        forget_at timestamptz NOT NULL,
        CONSTRAINT registration_marks_pk PRIMARY KEY (key, member)
      )`);
    await runner.query('CREATE INDEX registration_marks_key_at ON registration_marks (key, at)');
    await runner.query('CREATE INDEX registration_marks_forget_at ON registration_marks (forget_at)');
    // A function, because each of its statements sees what was committed before it: with the lock taken first, of any
    // number of parallel calls each counts the ones before. In one plain statement all would look at one snapshot.
    await runner.query(`
      CREATE FUNCTION registration_mark(given jsonb, p_now timestamptz) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
      DECLARE
        mark jsonb;
        longest bigint;
        taken bigint;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(k, 44))
          FROM (SELECT DISTINCT m ->> 'key' AS k FROM jsonb_array_elements(given) AS m ORDER BY 1) AS keys;
        FOR mark IN SELECT * FROM jsonb_array_elements(given) LOOP
          SELECT max(w::bigint) INTO longest FROM jsonb_array_elements_text(mark -> 'windowsMs') AS w;
          SELECT count(*) INTO taken FROM (
            SELECT 1 FROM registration_marks
             WHERE key = mark ->> 'key' AND at > p_now - longest * interval '1 millisecond'
               AND member <> mark ->> 'member' LIMIT (mark ->> 'cap')::bigint) AS live;
          IF taken < (mark ->> 'cap')::bigint THEN
            INSERT INTO registration_marks AS r (key, member, at, forget_at)
            VALUES (mark ->> 'key', mark ->> 'member', p_now, p_now + longest * interval '1 millisecond')
            ON CONFLICT (key, member) DO UPDATE SET at = excluded.at, forget_at = excluded.forget_at;
          ELSE
            UPDATE registration_marks
               SET at = p_now, forget_at = p_now + longest * interval '1 millisecond'
             WHERE key = mark ->> 'key' AND member = mark ->> 'member'
               AND at > p_now - longest * interval '1 millisecond';
          END IF;
          RETURN NEXT (
            SELECT jsonb_agg(1 + (
              SELECT count(*) FROM registration_marks
               WHERE key = mark ->> 'key' AND member <> mark ->> 'member'
                 AND at > p_now - w.ms::bigint * interval '1 millisecond') ORDER BY w.position)
              FROM jsonb_array_elements_text(mark -> 'windowsMs') WITH ORDINALITY AS w (ms, position));
        END LOOP;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION registration_mark(jsonb, timestamptz)');
    await runner.query('DROP TABLE registration_marks');
  }
}
