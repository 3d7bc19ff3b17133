// `npm run bench`: ratios from one run on one durable PostgreSQL. Contestants take turns in small rounds, so that what
// else the machine does hits all of them; every figure is the median of its rounds.
// `node bench/run.mjs [--rounds 5] [--flows 200] [--clients 32] [--seconds 3]` after `npm run build`.
import { measureRegistrations } from './registrations.mjs';
import { measureStanding } from './standing.mjs';
import { realWorld, startIssuer } from './support/service.mjs';
import { startRedis } from './support/redis.mjs';
import { option, printTable } from './support/table.mjs';
import { SETTINGS, startPostgres, startSink } from './support/world.mjs';

const options = {
  rounds: option('rounds', 5),
  flows: option('flows', 200),
  clients: option('clients', 32),
  seconds: option('seconds', 3),
};
const open = [];
const started = async (promise) => {
  const thing = await promise;
  if (thing !== undefined) open.unshift(thing);
  return thing;
};

let failed = false;
try {
  const postgres = await started(startPostgres());
  const redis = await started(startRedis());
  const sink = await started(startSink());
  const issuer = await started(startIssuer());
  const world = await started(realWorld({ issuer, sink }));
  const at = { postgres, redis, sink, issuer, world, options, started };
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  console.log(`PostgreSQL, embedded, one server for all: ${settings.join(' ')}; everything else its default`);
  console.log(`${options.rounds} rounds of ${options.flows} registrations, ${options.clients} clients; medians`);
  const { rows, shares, targets, accounts } = await measureRegistrations(at);
  printTable('Phone registrations: every request of the flow, codes over HTTP', rows);
  printTable('Where the process spends its CPU time in registrations', shares);
  const standing = await measureStanding({ ...at, accounts });
  printTable('Standing: GET /v1/accounts/{id}/standing', standing.rows);
  printTable('Targets', [...targets, ...standing.targets]);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const thing of open) await Promise.resolve(thing.stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);
