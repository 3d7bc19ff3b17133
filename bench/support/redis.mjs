import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { ensureRedis } from '../../scripts/ensure-redis.mjs';
import { freePort } from './world.mjs';

/** A redis-server of the measurement's own, keeping nothing; undefined where there is none and none can be installed. */
export async function startRedis() {
  const program = ensureRedis();
  if (program === undefined) return undefined;
  const port = await freePort();
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping();
  return {
    url,
    client,
    stop: async () => {
      client.disconnect();
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
