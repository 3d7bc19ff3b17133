import autocannon from 'autocannon';
import { join } from 'node:path';
import { target } from './registrations.mjs';
import { call } from './support/client.mjs';
import { expect, startService } from './support/service.mjs';
import { median, percent, tenths, whole } from './support/table.mjs';
import { freePort, startProcess } from './support/world.mjs';

const PEER = join(import.meta.dirname, 'peers/bare-fastify.mjs');
const ACCOUNTS = 500;
const CONNECTIONS = 64;

/** Standing reads per second as a service, against bare Fastify that answers the same bytes from one Redis GET. */
export async function measureStanding({ postgres, redis, world, issuer, options, accounts }) {
  if (redis === undefined) return { rows: [{ contestant: 'no redis-server here' }], targets: [] };
  const service = await startService(postgres.url('ours'), { ...world.env, REDIS_URL: redis.url, ROLE: 'api' });
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const paths = accounts.slice(0, ACCOUNTS).map((id) => `/v1/accounts/${id}/standing`);
  const bearer = { authorization: `Bearer ${await issuer.token({ scope: 'standing:read' })}` };
  for (const path of paths) {
    const answer = await call(service.url, 'GET', path, undefined, bearer);
    expect(answer, 200);
    await redis.client.set(`standing:${path.split('/')[3]}`, JSON.stringify(answer.body));
  }
  const bare = await startProcess([PEER], { PORT: String(port), REDIS_URL: redis.url }, async () => {
    return (await call(base, 'GET', paths[0])).status === 200;
  });
  const known = { ...bearer, 'if-none-match': '"1"' };
  const all = [
    { name: 'ours', title: 'this service, 200 with ETag', url: service.url, headers: bearer, status: 200 },
    { name: 'known', title: 'this service, 304 to If-None-Match', url: service.url, headers: known, status: 304 },
    { name: 'bare', title: 'bare Fastify, one Redis GET', url: base, headers: {}, status: 200 },
  ];
  const shoot = (one, duration) => fire(one, paths, duration);
  for (const one of all) await shoot(one, 2);
  const rounds = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const measured = {};
    for (const one of all) measured[one.name] = await shoot(one, options.seconds);
    rounds.push(measured);
  }
  await bare.stop();
  await service.stop();
  const ratio = (name) => median(rounds.map((r) => r[name].rate / r.bare.rate));
  return {
    rows: all.map((one) => ({
      contestant: one.title,
      'per s': whole(median(rounds.map((r) => r[one.name].rate))),
      'p50 ms': tenths(median(rounds.map((r) => r[one.name].p50))),
      'p99 ms': tenths(median(rounds.map((r) => r[one.name].p99))),
      '÷ bare Fastify': percent(ratio(one.name)),
    })),
    targets: [target('standing ÷ bare Fastify with Redis', ratio('ours'), 0.5, percent)],
  };
}

async function fire({ url, headers, status }, paths, duration) {
  const result = await autocannon({
    url,
    duration,
    connections: CONNECTIONS,
    headers,
    requests: paths.map((path) => ({ path })),
  });
  const wrong =
    result.errors +
    result.timeouts +
    Object.entries(result.statusCodeStats).reduce(
      (sum, [code, { count }]) => sum + (Number(code) === status ? 0 : count),
      0,
    );
  if (wrong > 0) throw new Error(`${wrong} answers of ${url} were not ${status}`);
  return { rate: result.requests.total / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}
