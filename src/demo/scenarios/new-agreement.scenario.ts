import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { type Api, check, until } from './api.js';
import { applyToLeave, preview, statusOf } from './leaving.js';
import { agreementsInForce, type Registered, register, signIn } from './person.js';
import { expectStanding } from './steps.js';
import type { World } from './world.js';

const DOCUMENT = 'user_agreement';
const MINE = '/v1/accounts/me/acceptances';

interface Mine {
  readonly items: readonly { documentId: string; version: string; decision: string }[];
  readonly pending: readonly { documentId: string; version: string }[];
  readonly links: { readonly deregistration?: string };
}

/** A new version of the agreement: announced, asked for from its day on, accepted by one and refused by another (9.1). */
export async function newAgreement(world: World): Promise<void> {
  const willing = await register(world);
  const unwilling = await register(world);
  world.step('preamble, AGR-1', 'two people register on the agreement in force');
  const { version, before } = await publish(world);
  await announced(world, willing, version);

  await world.advance('P10D');
  await world.advance('PT1M');
  for (const { accountId } of [willing, unwilling]) {
    const asked = await expectStanding(world, accountId, '9.1, AGR-4', 'active', (s) => !s.mayUse);
    check(
      asked.blocks.some((b) => b.code === 'agreement_pending'),
      'no use without an answer, and nobody is called suspended for it',
    );
    check(
      asked.pending.some((p) => p.code === 'agreement_pending' && p.version === version),
      'standing says which version waits for an answer',
    );
  }
  await accepts(world, willing, version, before);
  await refuses(world, unwilling, version);
}

async function publish(world: World): Promise<{ version: string; before: string }> {
  const before = (await agreementsInForce(world)).find((d) => d.documentId === DOCUMENT)?.version;
  check(before !== undefined, 'an agreement is in force');
  const old = await world.public.get<{ text: string }>(`/v1/agreements/${DOCUMENT}/versions/${before}`);
  const now = await world.now();
  const effectiveAt = new Date(now.getTime() + 10 * 86_400_000);
  const version = `${effectiveAt.toISOString().slice(0, 10)}-${now.getTime().toString(36)}`;
  const legal = await world.staff('lena', 'legal');
  const { sha256 } = await legal.post<{ sha256: string }>(`/v1/agreements/${DOCUMENT}/versions`, {
    version,
    language: 'zh-CN',
    text: `${old.text}\n演示新增：平台将在变更生效前十日公告。\n`,
    effectiveAt: effectiveAt.toISOString(),
    changeSummary: '增加公告期限。',
    policy: 'explicit',
  });
  world.step('9.1, AGR-5', `legal publishes ${version}, in effect in ten days`);
  world.tell(`sha256 ${sha256}`);
  const { lines } = await world.public.get<{ lines: { change: string; text: string }[] }>(
    `/v1/agreements/${DOCUMENT}/versions/${version}/diff`,
  );
  const added = lines.filter((l) => l.change === 'added' && l.text !== '');
  check(added.length === 1 && added[0]?.text.startsWith('演示新增') === true, 'the difference shows the new sentence');
  world.step('AGR-5', `what changed, for everybody to read: + ${added[0].text}`);
  return { version, before };
}

/** Announced: to be seen, not yet in the way. */
async function announced(world: World, person: Registered, version: string): Promise<void> {
  const me = await signIn(world, person.phone);
  await until('the announced version on the person’s page', async () => {
    const { pending } = await me.get<Mine>(MINE);
    return pending.some((p) => p.version === version) ? true : undefined;
  });
  const standing = await expectStanding(world, person.accountId, 'AGR-5', 'active');
  check(standing.mayUse && standing.pending.length === 0, 'an announced version is not in the way yet');
}

async function accepts(world: World, person: Registered, version: string, before: string): Promise<void> {
  const me = await signIn(world, person.phone);
  const stale = await me.call('POST', MINE, { acceptances: [{ documentId: DOCUMENT, version: before }] });
  check(stale.status === 422, 'accepting the old version again is no answer');
  await me.post(MINE, { acceptances: [{ documentId: DOCUMENT, version }] });
  world.step('9.1, AGR-4', 'the first person accepts');
  const standing = await expectStanding(world, person.accountId, 'AGR-4', 'active', (s) => s.mayUse);
  check(standing.pending.length === 0, 'nothing is pending any more');
  await proof(world, me, [before, version]);
}

async function proof(world: World, me: Api, versions: readonly string[]): Promise<void> {
  const { jws } = await me.get<{ jws: string }>(`${MINE}/proof`);
  const keys = await world.public.get<JSONWebKeySet>('/.well-known/jwks.json');
  const { payload } = await compactVerify(jws, createLocalJWKSet(keys));
  const { acceptances } = JSON.parse(Buffer.from(payload).toString('utf8')) as {
    acceptances: { version: string; documentId: string; how: string; at: string }[];
  };
  for (const version of versions) {
    const line = acceptances.find((a) => a.documentId === DOCUMENT && a.version === version);
    check(line !== undefined, `the proof names version ${version}`);
    world.tell(`${line.version} accepted ${line.at} (${line.how})`);
  }
  world.step('AGR-2', 'the signed proof of acceptance verifies against the published keys');
}

async function refuses(world: World, person: Registered, version: string): Promise<void> {
  const me = await signIn(world, person.phone);
  const refusal = { decision: 'refused', acceptances: [{ documentId: DOCUMENT, version }] };
  const { links } = await me.post<Mine>(MINE, refusal);
  check(links.deregistration === '/v1/accounts/me/deregistration', 'a refusal names the way out');
  const { items } = await me.get<Mine>(MINE);
  check(
    items.some((i) => i.version === version && i.decision === 'refused'),
    'the refusal is on record',
  );
  world.step('preamble, AGR-4', `the second person refuses; the answer points to ${links.deregistration}`);
  check((await preview(me)).mayApply, 'whoever refuses may leave');
  const leaver = await applyToLeave(world, person);
  check((await statusOf(leaver)).state === 'cooling_off', 'the application is in its cooling-off');
  world.step('2.5, AGR-4', `applied for deregistration from there (${leaver.id})`);
}
