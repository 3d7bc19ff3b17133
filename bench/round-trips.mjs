// Round trips to PostgreSQL per registration, requests and everything behind them. Only the sweeps, which run by the
// clock, and the size of batches depend on what else the machine does. `node bench/round-trips.mjs [--flows 200] [--clients 32]` after `npm run build`.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './support/client.mjs';
import { startRedis } from './support/redis.mjs';
import { numbers, prepareDatabase, realWorld, register, startIssuer, startService } from './support/service.mjs';
import { option, printTable } from './support/table.mjs';
import { startPostgres, startSink } from './support/world.mjs';

const COUNT = join(import.meta.dirname, 'support/count-round-trips.mjs');
const flows = option('flows', 200);
const clients = option('clients', 32);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const open = [];
let failed = false;
try {
  const postgres = await startPostgres();
  const redis = await startRedis();
  const sink = await startSink();
  const issuer = await startIssuer();
  const world = realWorld({ issuer, sink });
  open.push(world, issuer, sink, ...(redis === undefined ? [] : [redis]), postgres);
  await postgres.create('ours');
  prepareDatabase(postgres.url('ours'), world.env);
  const file = join(world.env.DATA_DIR, 'round-trips.json');
  const env = { ...world.env, COUNT_FILE: file, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
  const service = await startService(postgres.url('ours'), env, { nodeArgs: ['--import', COUNT] });
  open.unshift(service);

  const next = numbers(0);
  const counted = async () => {
    rmSync(file, { force: true });
    process.kill(service.pid, 'SIGUSR2');
    while (!existsSync(file)) await pause(20);
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  const run = async (count, from) => {
    await load(count, clients, (i) => register(service.url, next(), sink, from + i));
    await pause(500);
  };
  await run(100, 1);
  await counted();
  await run(flows, 1_000);
  const counts = (await counted()).sort((a, b) => b[1] - a[1]);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  printTable(`Round trips to PostgreSQL per registration: ${(total / flows).toFixed(1)}; what travels together`, [
    ...counts.slice(0, 25).map(([what, count]) => ({ what: what.slice(0, 150), count: (count / flows).toFixed(2) })),
  ]);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const thing of open) await Promise.resolve(thing.stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);
