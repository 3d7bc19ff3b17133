import { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { startApp, type TestApp } from '../support/app.js';

describe('the schema', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it('has every column that an entity maps, with a type the entity can hold', async () => {
    const source = app.get(DataSource);
    const columns = await app.db.query<{ table_name: string; column_name: string; is_nullable: string }>(
      `SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const known = new Map(columns.map((c) => [`${c.table_name}.${c.column_name}`, c.is_nullable === 'YES']));
    const wrong = source.entityMetadatas.flatMap((entity) =>
      entity.columns
        .map((column) => ({ name: `${entity.tableName}.${column.databaseName}`, nullable: column.isNullable }))
        .filter(({ name, nullable }) => known.get(name) !== nullable)
        .map(({ name }) => `${name}: ${known.has(name) ? 'nullability differs' : 'missing'}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has an index behind every foreign key along which rows are deleted (R28)', async () => {
    const unindexed = await app.db.query(`
      SELECT c.conrelid::regclass::text AS "table", c.conname
        FROM pg_constraint c
       WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
         -- Published agreement versions are never deleted: nothing is ever looked up from their side.
         AND c.confrelid <> 'agreement_versions'::regclass
         AND NOT EXISTS (
           SELECT 1 FROM pg_index i
            WHERE i.indrelid = c.conrelid
              AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
              AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] <@ c.conkey)`);
    expect(unindexed).toEqual([]);
  });

  it('goes down to nothing and up again', async () => {
    const db: TestDatabase = await createDatabase();
    const source = app.get(DataSource);
    const again = new DataSource({ ...source.options, url: db.url, entities: [] } as typeof source.options);
    await again.initialize();
    try {
      for (let left = again.migrations.length; left > 0; left -= 1)
        await again.undoLastMigration({ transaction: 'each' });
      const tables = await db.query<{ tablename: string }>(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'`,
      );
      expect(tables).toEqual([]);
      expect((await again.runMigrations({ transaction: 'each' })).length).toBe(again.migrations.length);
    } finally {
      await again.destroy();
      await db.drop();
    }
  });
});
