import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import type { DatabaseConfig } from './database.config.js';

export interface SchemaState {
  readonly applied: string[];
  readonly missing: string[];
}

/** Which migrations the database has and which it lacks. */
export async function schemaState(config: DatabaseConfig, url: string): Promise<SchemaState> {
  return withDataSource(config, url, async (source) => {
    const table = await source.query<{ found: string | null }[]>(`SELECT to_regclass('schema_migrations') AS found`);
    const applied =
      table[0]?.found == null
        ? []
        : (await source.query<{ name: string }[]>('SELECT name FROM schema_migrations ORDER BY id')).map((r) => r.name);
    const missing = source.migrations.map((m) => m.constructor.name).filter((name) => !applied.includes(name));
    return { applied, missing };
  });
}

/**
 * Applies what is missing, each migration in its own transaction; two processes starting at once take turns.
 * @returns names of the migrations applied now
 */
export async function migrate(config: DatabaseConfig, url: string): Promise<string[]> {
  return withDataSource(config, url, async (source) => {
    const turn = source.createQueryRunner();
    await turn.connect();
    try {
      await turn.query('SELECT pg_advisory_lock(724001)');
      return (await source.runMigrations({ transaction: 'each' })).map((m) => m.name);
    } finally {
      await turn.query('SELECT pg_advisory_unlock(724001)');
      await turn.release();
    }
  });
}

async function withDataSource<T>(
  config: DatabaseConfig,
  url: string,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  const options = await dataSourceOptions(config, url);
  const extra = { ...(options.extra as object), statement_timeout: 0, lock_timeout: 0 };
  const source = new DataSource({ ...options, extra } as typeof options);
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
