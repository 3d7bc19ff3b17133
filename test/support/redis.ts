import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A real redis-server of a test's own, on a free port, keeping nothing. */
export interface TestRedis {
  readonly url: string;
  flush(): Promise<void>;
  keys(): Promise<string[]>;
  /** Kills the process; `start` brings an empty one back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Path of redis-server, installed when it can be (see scripts/ensure-redis.mjs); undefined where there is none. */
export function redisProgram(): string | undefined {
  const given = process.env['TEST_REDIS_SERVER'];
  if (given !== undefined) return given;
  const found = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/ensure-redis.mjs')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export async function startRedis(program: string): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const arguments_ = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ];
    child = spawn(program, arguments_, { stdio: 'ignore' });
    await ask(url, (redis) => redis.ping());
  };
  const kill = async (): Promise<void> => {
    const running = child;
    if (running === undefined) return;
    child = undefined;
    const gone = new Promise((done) => running.once('exit', done));
    running.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url,
    start,
    kill,
    flush: async () => {
      await ask(url, (redis) => redis.flushall());
    },
    keys: () => ask(url, (redis) => redis.keys('*')),
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for the server as long as it takes to start. */
async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: (attempt) => (attempt > 100 ? null : 50), maxRetriesPerRequest: 100 });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
