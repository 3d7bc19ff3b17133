import { type Api, check, until } from './api.js';
import { type Registered, register, signIn } from './person.js';
import { claim, expectStanding, messageTo } from './steps.js';
import type { World } from './world.js';

interface Filed {
  readonly id: string;
  readonly oldPhone: string;
  readonly newPhone: string;
  /** The API for who holds the token of the appeal. */
  readonly holder: Api;
}

/** One transparent pixel: evidence is what its bytes say. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A number is lost and comes back on another one; a stranger tries the same and is stopped; an owner freezes (2.3, 2.4). */
export async function recovery(world: World): Promise<void> {
  await theOwnerComesBack(world);
  await theOwnerObjects(world);
  await theOwnerFreezes(world);
}

async function theOwnerComesBack(world: World): Promise<void> {
  const person = await register(world, { displayName: '小鲸' });
  world.step('2.2', `somebody registers with ${person.phone}, and loses that number`);
  const appeal = await file(world, person.phone);
  world.step('2.4, REG-8', `appeals from ${appeal.newPhone}, which is proven by a code`);
  await addEvidence(world, appeal);
  await accept(world, appeal, 'rita');
  await messageTo(world, person.phone, 'identifier_change_notice');
  world.step('REG-8', 'the old number is told, and may object until the delay has run');
  await stateOf(appeal, 'accepted');
  await world.advance('P7D');
  await world.advance('PT1M');
  await stateOf(appeal, 'completed');
  world.step('REG-8', 'nobody objected: after seven days the new number is bound');
  await person.api
    .call('GET', '/v1/accounts/me')
    .then(({ status }) => check(status === 401, 'every old session is over'));
  const me = await signIn(world, appeal.newPhone);
  check((await accountOf(me)) === person.accountId, 'the new number opens the same account');
  world.tell(`signed in with ${appeal.newPhone}: account ${person.accountId}`);
  const next = await register(world, { phone: person.phone });
  check(next.accountId !== person.accountId, 'the old number is free for somebody else');
  world.step('REG-5', 'the old number registers as somebody new, who sees nothing of the old holder');
}

async function theOwnerObjects(world: World): Promise<void> {
  const owner = await register(world);
  const appeal = await file(world, owner.phone);
  await accept(world, appeal, 'rita');
  world.step('REG-8', 'a stranger appeals for an account, and a reviewer is deceived');
  const { objectionToken } = await messageTo(world, owner.phone, 'identifier_change_notice');
  check(objectionToken !== undefined, 'the notice holds the means to object');
  await world.public.post('/v1/identifier-change-objections', { token: objectionToken });
  await stateOf(appeal, 'objected');
  world.step('REG-8, REG-9', 'the owner objects by the link of the notice: nothing is bound');
  await world.advance('P8D');
  const me = await signIn(world, owner.phone);
  check((await accountOf(me)) === owner.accountId, 'the owner signs in as before');
  await stateOf(appeal, 'objected');
  world.tell('eight days later the owner signs in as before');
}

async function theOwnerFreezes(world: World): Promise<void> {
  const owner: Registered = await register(world);
  const thief = await signIn(world, owner.phone);
  await owner.api.post('/v1/accounts/me/freeze', { reportMisuse: true });
  world.step('2.4, REG-9', 'an owner sees a stranger in the account and freezes it');
  for (const session of [owner.api, thief]) {
    const { status } = await session.call('GET', '/v1/accounts/me');
    check(status === 401, 'every session ends with the freeze');
  }
  const frozen = await expectStanding(world, owner.accountId, 'REG-9', 'frozen');
  check(!frozen.mayUse, 'a frozen account may not be used');
  const moderator = await world.staff('mona', 'moderator');
  await claim(moderator, 'account_misuse', owner.accountId);
  await moderator.post(`/v1/accounts/${owner.accountId}/misuse-review`, { outcome: 'misuse_confirmed' });
  world.step('REG-9', 'the reported misuse became a task, and moderator mona has looked at it');
  const me = await signIn(world, owner.phone);
  await world.advance('PT2M');
  const before = await world.now();
  await me.post('/v1/accounts/me/step-up-codes', { purpose: 'step_up' });
  await me.post('/v1/accounts/me/unfreeze', { code: await world.codeFor(owner.phone, before) });
  world.step('REG-9', 'the owner lifts the freeze with a code');
  await expectStanding(world, owner.accountId, 'REG-9', 'active');
}

async function file(world: World, oldPhone: string): Promise<Filed> {
  const newPhone = world.newPhone();
  const before = await world.now();
  await world.public.post('/v1/recovery-appeals/codes', { phone: newPhone });
  const { id, token } = await world.public.post<{ id: string; token: string }>('/v1/recovery-appeals', {
    lostPhone: oldPhone,
    newPhone,
    code: await world.codeFor(newPhone, before),
    statement: '手机遗失，号码已注销，无法接收验证码。',
    displayName: '小鲸',
  });
  return { id, oldPhone, newPhone, holder: world.public.with({ 'recovery-token': token }) };
}

async function addEvidence(world: World, { id, holder }: Filed): Promise<void> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(PICTURE)], { type: 'image/png' }), 'identity.png');
  const { sha256 } = await holder.post<{ sha256: string }>(`/v1/recovery-appeals/${id}/evidence`, form);
  const forged = new FormData();
  forged.append('file', new Blob(['<script>alert(1)</script>'], { type: 'image/png' }), 'identity.png');
  const answer = await holder.call('POST', `/v1/recovery-appeals/${id}/evidence`, forged);
  check(answer.status === 422, 'a script that calls itself a picture is no evidence');
  world.step('REG-8', `a picture as evidence, sha256 ${sha256.slice(0, 16)}…; a script in its place is refused`);
}

/** The reviewer reads claim and evidence, claims the task and accepts. */
async function accept(world: World, { id, oldPhone, newPhone }: Filed, by: string): Promise<void> {
  const reviewer = await world.staff(by, 'moderator');
  const path = `/v1/recovery-appeals/${id}`;
  const { file: claimed } = await reviewer.get<{ file: { claim: { lostPhone: string; newPhone: string } } }>(path);
  check(
    claimed.claim.lostPhone === oldPhone && claimed.claim.newPhone === newPhone,
    'the reviewer sees what is claimed',
  );
  const decision = { decision: 'accept', reasonCode: 'evidence_sufficient', note: '与登记信息一致' };
  await reviewer.refused('review_claim_required', 'POST', `${path}/decision`, decision);
  await claim(reviewer, 'recovery', id);
  await reviewer.post(`${path}/decision`, decision);
  world.step('REG-8', `reviewed from the queue by moderator ${by} and accepted`);
}

const stateOf = (appeal: Filed, state: string): Promise<object> =>
  until(`the appeal ${state}`, async () => {
    const found = await appeal.holder.get<{ state: string }>(`/v1/recovery-appeals/${appeal.id}`);
    return found.state === state ? found : undefined;
  });

const accountOf = async (me: Api): Promise<string> => (await me.get<{ id: string }>('/v1/accounts/me')).id;
