import { type Api, check, until } from './api.js';
import { bornYearsAgo, register, signIn } from './person.js';
import { expectStanding, standingOf } from './steps.js';
import type { World } from './world.js';

interface Page {
  readonly state: string;
  readonly band: string;
  readonly actions: readonly string[];
  readonly effectiveLimits: { readonly minutesPerDay: number | null };
}

export interface Guardian {
  readonly phone: string;
  /** The page behind the signed link of the message. */
  readonly path: string;
}

const MY_GUARDIAN = '/v1/accounts/me/guardian-consent';

/**
 * A child of twelve registers and mistypes the guardian's number; corrected, a parent consents, sets limits and takes the
 * consent back; another parent gives it (2.1).
 */
export async function minor(world: World): Promise<void> {
  const [stranger, mother] = [world.newPhone(), world.newPhone()];
  const child = await register(world, {
    birthDate: await bornYearsAgo(world, 12),
    guardian: { phone: stranger, relationship: 'mother' },
  });
  world.step('2.1, MIN-1', 'a child of twelve registers and names a guardian, with a mistyped number');
  const waiting = await expectStanding(world, child.accountId, '2.1', 'awaiting_guardian');
  check(!waiting.mayUse, 'a minor may not use the service before the guardian consents');
  const link = await corrected(world, child.api, stranger, mother);
  await theLinkTellsNoStranger(world, link, child.phone);
  await consent(world, link, '王芳');
  const allowed = await expectStanding(world, child.accountId, '2.1, MIN-2', 'active');
  check(allowed.mayUse && allowed.minor?.band === '8_13', 'the child may use the service, as a minor');
  check(allowed.minor.minutesPerDay !== undefined, 'limits of minors hold without the guardian having set any');

  await limit(world, link);
  const limited = await expectStanding(world, child.accountId, 'MIN-4', 'active', (s) => s.minor?.minutesPerDay === 30);
  check(limited.minor?.quietHours?.from === '20:30', 'the quiet hours of the guardian are in standing');
  world.tell(`minutes a day: ${String(limited.minor.minutesPerDay)}, quiet from ${limited.minor.quietHours.from}`);

  await world.public.post(`${link.path}/revocation`, { code: await codeOf(world, link) });
  world.step('2.1, MIN-3', 'the guardian takes the consent back');
  const blocked = await standingOf(world, child.accountId);
  check(!blocked.mayUse, 'a revocation blocks at once');
  check(
    blocked.blocks.some((b) => b.code === 'guardian_consent_revoked'),
    'standing says why',
  );
  world.step('2.1, MIN-3', `standing at once: may use: ${blocked.mayUse} (guardian_consent_revoked)`);

  await another(world, child.phone, child.accountId, link);
}

/** The message to the guardian holds a signed link; its last part opens the page. */
export async function linkTo(world: World, phone: string): Promise<Guardian> {
  const link = await until('the message to the guardian', async () => {
    const { items } = await world.messagesTo(phone);
    return items.find((m) => m.params['link'] !== undefined)?.params['link'];
  });
  const token = link.split('/').at(-1) ?? '';
  return { phone, path: `/v1/guardian-consents/${token}` };
}

/** Before anybody has answered, the child names the right number; the wrong one decides nothing any more. */
async function corrected(world: World, me: Api, stranger: string, mother: string): Promise<Guardian> {
  const wrong = await linkTo(world, stranger);
  await me.post(MY_GUARDIAN, { phone: mother, relationship: 'mother' });
  const page = await world.public.get<Page>(wrong.path);
  check(page.state === 'withdrawn' && page.actions.length === 0, 'the wrong number has nothing to decide');
  const right = await linkTo(world, mother);
  world.step(
    '2.1, MIN-2',
    'the child corrects the number: the first request is withdrawn, the link goes to the mother',
  );
  return right;
}

async function theLinkTellsNoStranger(world: World, link: Guardian, childPhone: string): Promise<void> {
  const page = await world.public.get<Page>(link.path);
  check(page.state === 'contacted' && page.actions.includes('decide'), 'the link opens the request');
  const text = JSON.stringify(page);
  check(!text.includes(childPhone) && !text.includes(link.phone), 'the page shows numbers masked');
  await world.public.refused('guardian_code_required', 'POST', `${link.path}/decision`, { decision: 'granted' });
  world.step('MIN-2', 'the link alone shows masked numbers, and consents to nothing without a code');
}

export async function codeOf(world: World, { phone, path }: Guardian): Promise<string> {
  await world.advance('PT2M');
  const before = await world.now();
  await world.public.post(`${path}/codes`);
  return world.codeFor(phone, before);
}

async function consent(world: World, link: Guardian, guardianName: string): Promise<void> {
  const code = await codeOf(world, link);
  const page = await world.public.post<Page>(`${link.path}/decision`, { decision: 'granted', code, guardianName });
  check(page.state === 'granted', 'the consent is granted');
  world.step('2.1, MIN-2', `a one-time code to the guardian's number, and consent by ${guardianName}`);
}

async function limit(world: World, link: Guardian): Promise<void> {
  await world.public.put(`${link.path}/limits`, {
    code: await codeOf(world, link),
    minutesPerDay: 30,
    quietHours: { from: '20:30', to: '07:00' },
  });
  world.step('MIN-4', 'the guardian allows half an hour a day, and none after half past eight');
}

async function another(world: World, childPhone: string, accountId: string, old: Guardian): Promise<void> {
  const me: Api = await signIn(world, childPhone);
  await me.refused('guardian_not_acceptable', 'POST', MY_GUARDIAN, { phone: childPhone, relationship: 'father' });
  world.step('2.1, MIN-1', "the child's own number is not accepted as a guardian's");
  const father = world.newPhone();
  await me.post(MY_GUARDIAN, { phone: father, relationship: 'father' });
  const link = await linkTo(world, father);
  await consent(world, link, '李强');
  const again = await expectStanding(world, accountId, '2.1, MIN-2', 'active');
  check(again.mayUse, 'with the new consent the child may use the service again');
  const gone = await world.public.call<Page>('GET', old.path);
  check(
    gone.status >= 400 || !gone.body.actions.includes('limit'),
    'the link of the first guardian steers nothing more',
  );

  const moderator = await world.staff('alice', 'moderator');
  const { items } = await moderator.get<{ items: { state: string; evidence: { step: string }[] }[] }>(
    `/v1/accounts/${accountId}/guardian-consents`,
  );
  const states = items.map((c) => c.state).sort();
  check(states.join() === 'granted,revoked,withdrawn', `every request is on record, found ${states.join()}`);
  for (const { state, evidence } of items) world.tell(`${state}: ${evidence.map((e) => e.step).join(' → ')}`);
  world.step('MIN-2', 'every step of both consents, and of the request that was taken back, is on record');
}
