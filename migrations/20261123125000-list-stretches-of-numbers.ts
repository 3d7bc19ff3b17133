import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A mark may ask who is in its set instead of how many: a stretch of neighbouring numbers, in which runs are looked for
 * (2.3(3)). Under the same lock as the counts, so that of any number of parallel attempts each sees the ones before.
 */
export class ListStretchesOfNumbers20261123125000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(markFunction(LISTS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(markFunction(''));
  }
}

const LISTS = `
          IF (mark ->> 'lists')::boolean THEN
            INSERT INTO registration_marks AS r (key, member, at, forget_at)
            VALUES (mark ->> 'key', mark ->> 'member', p_now, p_now + longest * interval '1 millisecond')
            ON CONFLICT (key, member) DO UPDATE SET at = excluded.at, forget_at = excluded.forget_at;
            RETURN NEXT (
              SELECT jsonb_agg(jsonb_build_array(member::int, (extract(epoch FROM p_now - at) * 1000)::bigint))
                FROM registration_marks
               WHERE key = mark ->> 'key' AND at > p_now - longest * interval '1 millisecond');
            CONTINUE;
          END IF;`;

const markFunction = (lists: string): string => `
      CREATE OR REPLACE FUNCTION registration_mark(given jsonb, p_now timestamptz) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
      DECLARE
        mark jsonb;
        longest bigint;
        taken bigint;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(k, 44))
          FROM (SELECT DISTINCT m ->> 'key' AS k FROM jsonb_array_elements(given) AS m ORDER BY 1) AS keys;
        FOR mark IN SELECT * FROM jsonb_array_elements(given) LOOP
          SELECT max(w::bigint) INTO longest FROM jsonb_array_elements_text(mark -> 'windowsMs') AS w;${lists}
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
      END $$`;
