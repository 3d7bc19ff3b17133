import { randomBytes } from 'node:crypto';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DatabaseConfig } from '../../src/platform/database/database.config.js';
import { migrate } from '../../src/platform/database/schema.js';

export interface TestDatabase {
  readonly url: string;
  /** A client of its own, as the database's owner: for looking, and for attacking. */
  query<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

const server = (): string => {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url === undefined) throw new Error('TEST_POSTGRES_URL is not set: run through jest');
  return url;
};

/** A fresh database with the whole schema, copied from a template that the first caller of a run migrates. */
export const createDatabase = (): Promise<TestDatabase> => newDatabase(ensureTemplate);

/** A fresh database with nothing in it: what an operator begins with. */
export const emptyDatabase = (): Promise<TestDatabase> => newDatabase(() => Promise.resolve('template0'));

async function newDatabase(templateOf: (admin: pg.Client) => Promise<string>): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: `${server()}/postgres` });
  await admin.connect();
  const name = `test_${randomBytes(8).toString('hex')}`;
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${await templateOf(admin)} STRATEGY FILE_COPY`);
  } finally {
    await admin.end();
  }
  const url = `${server()}/${name}`;
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async <T extends object>(text: string, values: unknown[] = []) =>
      (await pool.query(text, values)).rows as T[],
    drop: async () => {
      await pool.end();
      const last = new pg.Client({ connectionString: `${server()}/postgres` });
      await last.connect();
      await last.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await last.end();
    },
  };
}

/** A copy of the database as a backup would restore it: everything, as of now. Whoever is connected is cut off. */
export async function backupOf(db: TestDatabase): Promise<TestDatabase> {
  const copy = await createDatabase();
  const [source, target] = [db, copy].map(({ url }) => new URL(url).pathname.slice(1));
  const admin = new pg.Client({ connectionString: `${server()}/postgres` });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1)', [
    [source, target],
  ]);
  await admin.query(`DROP DATABASE ${target} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${target} TEMPLATE ${source} STRATEGY FILE_COPY`);
  await admin.end();
  return copy;
}

/** Named after the migrations' content, so that a changed schema never meets an old template. */
async function ensureTemplate(admin: pg.Client): Promise<string> {
  const folder = join(import.meta.dirname, '../../migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort())
    if (file.endsWith('.ts')) hash.update(readFileSync(join(folder, file)));
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock(515001)');
  try {
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) {
      const draft = `${name}_draft`;
      await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${draft}`);
      await migrate(new DatabaseConfig(), `${server()}/${draft}`);
      await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    }
  } finally {
    await admin.query('SELECT pg_advisory_unlock(515001)');
  }
  return name;
}
