import { Catalogue } from '../../src/modules/retention/catalogue.js';
import { CatalogueStore } from '../../src/modules/retention/catalogue.store.js';
import { undecidedColumns } from '../../src/modules/retention/domain/catalogue-check.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';

describe('the one catalogue against the real schema', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { RETENTION_SCHEDULED_RUNS: 'false' } });
  });
  afterAll(() => app.stop());

  it('R40 every column that could hold something personal has a class, or a word that it does not', async () => {
    const schema = await app.get(CatalogueStore).schema(app.get(Transactor).reader);
    expect(undecidedColumns(app.get(Catalogue).current.policy, schema)).toEqual([]);
  });

  it('R40 a personal column without a class keeps the service from starting', async () => {
    await app.db.query('ALTER TABLE sessions ADD COLUMN nickname text');
    await app.db.query(`COMMENT ON COLUMN sessions.nickname IS 'personal: what friends call them'`);
    // The check that every start runs; a second start in this process would leave its workers behind.
    await expect(app.get(Catalogue).onApplicationBootstrap()).rejects.toThrow(
      /sessions.nickname is personal and belongs to no record class/,
    );
    await app.db.query('ALTER TABLE sessions DROP COLUMN nickname');
  });

  it('R28 every column by which a subject is erased, and every age by which rows go, leads an index; no cascade', async () => {
    const indexed = new Set(
      (
        await app.db.query<{ name: string }>(
          `SELECT DISTINCT c.relname || '.' || a.attname AS name FROM pg_index x
             JOIN pg_class c ON c.oid = x.indrelid
             JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]`,
        )
      ).map((r) => r.name),
    );
    const missing: string[] = [];
    for (const recordClass of app.get(Catalogue).current.policy.classes) {
      for (const place of recordClass.tables) {
        const bySubject = place.subject === undefined ? [] : [place.subject];
        const byAge = recordClass.liveFor !== undefined || recordClass.ending === 'keep' ? [place.since!] : [];
        for (const column of [...bySubject, ...byAge])
          if (!indexed.has(`${place.table}.${column}`)) missing.push(`${place.table}.${column}`);
      }
    }
    expect(missing).toEqual([]);
    // Evidence of an appeal stands in the appeal's own class, under the same holds; everything else goes in named order.
    const cascades = await app.db.query(
      `SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c'
          AND connamespace = 'public'::regnamespace AND conname <> 'recovery_evidence_appeal_id_fk'`,
    );
    expect(cascades).toEqual([]);
    const unindexed = await app.db.query<{ name: string }>(
      `SELECT conrelid::regclass || '.' || a.attname AS name FROM pg_constraint k
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace = 'public'::regnamespace
          AND k.confrelid::regclass::text = ANY ($1)
          AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = k.conrelid AND x.indkey[0] = k.conkey[1])`,
      [app.get(Catalogue).current.policy.classes.flatMap((c) => c.tables.map((p) => p.table))],
    );
    expect(unindexed).toEqual([]);
  });
});
