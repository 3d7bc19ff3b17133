import { randomUUID } from 'node:crypto';
import { check, until } from './api.js';
import { type Registered, register } from './person.js';
import { expectStanding, standingOf } from './steps.js';
import type { World } from './world.js';

interface Bulk {
  readonly id: string | null;
  readonly state: string;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly sample: readonly { accountId: string; state: string; decisionId: string | null }[];
}

const RING = 6;

/** Accounts of one ring are suspended with one decision, tried dry first, and given back with one press (ENF-0, ENF-10). */
export async function spamRing(world: World): Promise<void> {
  const ring: Registered[] = [];
  // Three to a device: so many are nobody's business, which is why somebody has to look.
  for (let n = 0, deviceId = ''; n < RING; n += 1) {
    if (n % 3 === 0) deviceId = `device-${randomUUID()}`;
    ring.push(await register(world, { deviceId, displayName: `好运${n + 1}号` }));
  }
  const bystander = await register(world);
  world.step('2.3(3)', `a ring of ${RING} accounts on two devices`);

  const senior = await world.staff('heidi', 'senior_moderator', 'moderator');
  const bulk = {
    accountIds: ring.map((r) => r.accountId),
    note: 'One ring: names, devices and times of registration follow one pattern.',
    decision: {
      clauses: ['2.3(3)'],
      actions: [{ type: 'suspension', duration: 'P7D' }],
      statementOfReasons: {
        facts: 'Six accounts were registered in one go from two devices.',
        explanation: 'Clause 2.3(3) forbids registering in bulk.',
      },
      deviationReason: 'The same for the whole ring.',
    },
  };
  const dry = await senior.post<Bulk>('/v1/bulk-decisions', { ...bulk, dryRun: true });
  check(dry.total === RING && dry.id === null, 'a dry run counts and keeps nothing');
  const [first] = ring;
  check(first !== undefined && (await standingOf(world, first.accountId)).mayUse, 'a dry run changes nothing');
  world.step('ENF-0', `dry run: ${dry.total} accounts, nothing changed`);

  const { id } = await senior.post<Bulk>('/v1/bulk-decisions', bulk);
  check(id !== null, 'the bulk decision has an id');
  const path = `/v1/bulk-decisions/${id}`;
  const counted = (state: string): Promise<Bulk> =>
    until(`${RING} accounts ${state}`, async () => {
      const found = await senior.get<Bulk>(path);
      return Number(found.counts[state] ?? 0) === RING ? found : undefined;
    });
  await counted('done');
  world.step('ENF-0, 7.1', 'one decision, each account with a case and a statement of its own');
  for (const { accountId } of ring) {
    check((await standingOf(world, accountId)).status === 'suspended', `account ${accountId} is suspended`);
  }
  await expectStanding(world, bystander.accountId, '7.1', 'active', (s) => s.mayUse);
  world.tell('six are suspended, the bystander is not');

  await senior.post(`${path}/reversal`);
  await counted('reversed');
  world.step('ENF-10', 'taken back with one press');
  for (const { accountId } of ring) {
    check((await standingOf(world, accountId)).mayUse, `account ${accountId} may be used again`);
  }
  await expectStanding(world, first.accountId, 'ENF-10', 'active', (s) => s.mayUse);
}
