import { randomInt, randomUUID } from 'node:crypto';
import { type Api, check } from './api.js';
import { type Proven, prove, registrationForm, solve, type Started } from './person.js';
import { claim, expectStanding, messageTo } from './steps.js';
import type { World } from './world.js';

interface Review {
  readonly status: string;
  readonly version: number;
  readonly decisions: readonly {
    readonly stage: string;
    readonly outcome: string;
    readonly policyVersion: string;
    readonly fired: readonly { rule: string; clause: string; observed: number | null; limit: number | null }[];
  }[];
}

/** The shipped rules: a device gets four numbers freely or not at all, and neighbours in a block are held. */
const FREE_PER_DEVICE = 3;
const MOST_PER_DEVICE = 8;
const NEIGHBOURS_PER_SUBNET = 25;

/** Somebody registers in bulk: waved through, challenged, refused; and a run of numbers is held for a person to decide (2.3(3)). */
export async function bulkAttack(world: World): Promise<void> {
  await fromOneDevice(world);
  const block = `+86139${randomInt(100_000, 999_999)}`;
  const held = await neighbours(world, block);
  await decideHeld(world, held);
}

async function fromOneDevice(world: World): Promise<void> {
  const deviceId = `device-${randomUUID()}`;
  const answers: { phone: string; started: Started }[] = [];
  for (let n = 1; n <= MOST_PER_DEVICE; n += 1) {
    const phone = world.newPhone();
    const form = await registrationForm(world, phone, { deviceId });
    answers.push({ phone, started: await world.public.post<Started>('/v1/registrations', form) });
  }
  const challenged = answers.filter((a) => a.started.challenge !== undefined);
  check(
    answers.slice(0, FREE_PER_DEVICE).every((a) => a.started.challenge === undefined),
    'the first numbers of a device pass without a challenge',
  );
  world.step('2.3(3), REG-6', `one device, ${FREE_PER_DEVICE} numbers: allowed`);
  check(challenged.length === MOST_PER_DEVICE - FREE_PER_DEVICE, 'every further number is challenged');
  const [first] = challenged;
  check(first?.started.challenge !== undefined, 'there is a challenge');
  const codes = `/v1/registrations/${first.started.id}/codes`;
  await world.public.refused('challenge_required', 'POST', codes, {});
  await world.public.post(codes, { challengeResponse: await solve(first.started.challenge.parameters) });
  world.step(
    '2.3(3), REG-6',
    `numbers ${FREE_PER_DEVICE + 1} to ${MOST_PER_DEVICE}: a proof of work before a code is sent`,
  );
  const form = await registrationForm(world, world.newPhone(), { deviceId });
  const refused = await world.public.refused<{ clauses: string[] }>(
    'registration_limited',
    'POST',
    '/v1/registrations',
    form,
  );
  check(refused.clauses.includes('2.3(3)'), 'the refusal names its clause');
  world.step('2.3(3), REG-6', `number ${MOST_PER_DEVICE + 1}: refused, citing ${refused.clauses.join(', ')}`);
}

interface Held {
  readonly phone: string;
  readonly id: string;
  readonly proven: Proven;
}

/** A run of numbers out of one block of a hundred, from one subnet, each with a device of its own. */
async function neighbours(world: World, block: string): Promise<Held[]> {
  const held: Held[] = [];
  for (let n = 0; n < NEIGHBOURS_PER_SUBNET + 2; n += 1) {
    const phone = `${block}${String(n).padStart(2, '0')}`;
    const form = await registrationForm(world, phone, { deviceId: `device-${randomUUID()}` });
    const started = await world.public.post<Started>('/v1/registrations', form);
    if (n >= NEIGHBOURS_PER_SUBNET) held.push({ phone, id: started.id, proven: await prove(world, phone, started) });
  }
  check(
    held.every((h) => h.proven.status === 'in_review' && h.proven.tokens === undefined),
    'whoever comes after the limit is held, without a session',
  );
  world.step('2.3(3), REG-6', `${NEIGHBOURS_PER_SUBNET + 2} neighbouring numbers: the last ${held.length} are held`);
  return held;
}

async function decideHeld(world: World, held: readonly Held[]): Promise<void> {
  const [good, bad] = held;
  check(good !== undefined && bad !== undefined, 'two registrations are held');
  const moderator = await world.staff('alice', 'moderator');
  const seen = await why(world, moderator, good);
  const path = `/v1/registrations/${good.id}/decision`;
  const approve = { decision: 'approve', reasonCode: 'identity_plausible' };
  await moderator.refused('review_claim_required', 'POST', path, approve, seen.version);
  await claim(moderator, 'registration', good.id);
  const done = await moderator.post<{ status: string; accountId: string }>(path, approve, { ifMatch: seen.version });
  check(done.status === 'completed', 'an approved registration is an account');
  await messageTo(world, good.phone, 'registration_approved');
  world.step('REG-6', 'claimed and approved by moderator alice; the person is told');
  await expectStanding(world, done.accountId, '2.2', 'active');

  const other = await why(world, moderator, bad);
  await claim(moderator, 'registration', bad.id);
  const refuse = { decision: 'refuse', reasonCode: 'bulk_pattern' };
  await moderator.post(`/v1/registrations/${bad.id}/decision`, refuse, { ifMatch: other.version });
  const told = await world.public.get<Proven>(`/v1/registrations/${bad.id}`);
  check(
    told.status === 'refused' && told.refusal?.code === 'refused_on_review',
    'the other one is refused and says so',
  );
  await messageTo(world, bad.phone, 'registration_refused');
  world.step('2.3(3), REG-6', `the other one refused on review; its page says ${told.refusal.code}`);
}

/** A moderator reads why, and nothing that names the person. */
async function why(world: World, moderator: Api, { id, phone }: Held): Promise<Review> {
  const seen = await moderator.get<Review>(`/v1/registrations/${id}/review`);
  check(!JSON.stringify(seen).includes(phone.slice(3)), 'the review names no number');
  const fired = seen.decisions.flatMap((d) => d.fired);
  const rule = fired.find((f) => f.rule === 'neighbouring-numbers-from-one-subnet');
  check(
    rule !== undefined && (rule.observed ?? 0) > (rule.limit ?? 0),
    'the rule that fired is shown with its numbers',
  );
  world.step('2.3(3), REG-7', `why it is held: rule ${rule.rule} of clause ${rule.clause}`);
  world.tell(
    `seen ${String(rule.observed)}, allowed ${String(rule.limit)}; policy ${seen.decisions[0]?.policyVersion ?? ''}`,
  );
  return seen;
}
