import { type Api, check } from './api.js';
import {
  applyToLeave,
  coolOff,
  decide,
  type Leaver,
  leavingCode,
  passFinalNotice,
  preview,
  reach,
  receiptOf,
  statusOf,
  withdraw,
} from './leaving.js';
import { type Registered, register, signIn } from './person.js';
import { expectStanding } from './steps.js';
import type { World } from './world.js';

/** One that the demo world plays and that can be told to refuse. */
const STUBBORN = 'billing';

/** Leaving with everything that can come in between: an obstacle, a change of mind, a rejection, a system that refuses (2.5). */
export async function deregistration(world: World): Promise<void> {
  const person = await register(world);
  await obstacle(world, person);
  const coolingOff = await changeOfMind(world, person);
  await rejection(world, person, coolingOff);
  await execution(world, person, coolingOff);
}

async function obstacle(world: World, person: Registered): Promise<void> {
  const report = async (obligations: object[]): Promise<void> => {
    const billing = await world.service('billing', 'obligations:write');
    await billing.put(`/v1/accounts/${person.accountId}/obligations`, { participant: 'billing', obligations });
  };
  const howToClear = { zh: '请先结清账单。', en: 'Pay the open invoice.' };
  await report([{ kind: 'unpaid_balance', reference: 'inv-2026-17', howToClear }]);
  const me = await signIn(world, person.phone);
  const seen = await preview(me);
  const found = seen.obstacles.find((o) => o.kind === 'unpaid_balance');
  check(!seen.mayApply && found?.blocking === true, 'an unpaid balance stands in the way');
  world.step('2.5, DER-1', `preview: billing reports an unpaid balance; what to do: ${found.howToClear.en}`);
  const code = await leavingCode(world, me, person.phone);
  await me.refused('deregistration_obstructed', 'POST', '/v1/accounts/me/deregistration', { code });
  world.step('2.5, DER-1', 'applying is refused, with the way to clear it');
  await report([]);
  check((await preview(me)).mayApply, 'nothing stands in the way any more');
  world.step('2.5, DER-1', 'paid, and reported as cleared: the way is free');
  await world.advance('PT2H');
}

async function changeOfMind(world: World, person: Registered): Promise<string> {
  const leaver = await applyToLeave(world, person);
  world.step('2.5, DER-1', `applied (${leaver.id})`);
  await expectStanding(world, person.accountId, '2.5, DER-2', 'deregistering');
  const { coolingOff } = await preview(leaver.session);
  await withdraw(leaver);
  await expectStanding(world, person.accountId, '2.5, DER-2', 'active', (s) => s.mayUse);
  check((await statusOf(leaver)).state === 'withdrawn', 'the application is withdrawn');
  world.step('2.5, DER-2', `withdrawn within the cooling-off of ${coolingOff}: as if nothing had been`);
  await world.advance('PT2H');
  return coolingOff;
}

async function rejection(world: World, person: Registered, coolingOff: string): Promise<void> {
  const leaver = await applyToLeave(world, person);
  await coolOff(world, coolingOff);
  await decide(world, leaver, 'bob', 'reject', 'identity_not_established');
  const { state, nextStep } = await statusOf(leaver);
  check(state === 'rejected' && nextStep !== null, 'a rejection says what to do next');
  world.step('2.5, DER-2', `applied again, reviewed by bob and rejected: ${nextStep.en}`);
  await expectStanding(world, person.accountId, '2.5, DER-2', 'active', (s) => s.mayUse);
}

async function execution(world: World, person: Registered, coolingOff: string): Promise<void> {
  const leaver = await applyToLeave(world, person);
  await coolOff(world, coolingOff);
  await decide(world, leaver, 'bob', 'approve', 'conditions_met');
  world.step('2.5, DER-2', 'applied a third time, cooled off, approved');
  await behave(world, true);
  try {
    await passFinalNotice(world, leaver);
    await partly(world, leaver);
  } finally {
    await behave(world, false);
  }
  const ops = await world.staff('oscar', 'ops');
  await ops.post(`/v1/deregistrations/${leaver.id}/retry`);
  await reach(leaver, 'completed');
  world.step('2.5, DER-3', `${STUBBORN} is mended, ops presses retry: completed`);
  await afterwards(world, leaver, ops);
}

const behave = (world: World, refuses: boolean): Promise<void> =>
  world.public.put('/demo/participants', { participant: STUBBORN, refuses });

async function partly(world: World, leaver: Leaver): Promise<void> {
  const status = await reach(leaver, 'partially_executed');
  const [open] = status.unfinished;
  check(open?.unit === STUBBORN, `the page says who refuses, it says ${JSON.stringify(status.unfinished)}`);
  await leaver.holder.refused('receipt_not_ready', 'GET', `/v1/deregistrations/${leaver.id}/receipt`);
  world.step(
    '2.5, DER-3',
    `${STUBBORN} refuses to erase: partially executed (${open.phase}: ${open.reason}), no receipt`,
  );
}

async function afterwards(world: World, leaver: Leaver, ops: Api): Promise<void> {
  const claims = await receiptOf(world, leaver);
  check(
    claims.participants.every((p) => p.acknowledgedAt !== null) && claims.participants.some((p) => p.name === STUBBORN),
    'every participant has acknowledged',
  );
  world.step('2.5, DER-6', `the signed receipt verifies: ${claims.erased.length} classes erased`);
  for (const p of claims.participants) world.tell(`${p.name} acknowledged ${String(p.acknowledgedAt)}`);
  for (const kept of claims.retained) world.tell(`kept: ${kept.recordClass} until ${String(kept.until)}`);
  const { units } = await ops.get<{ units: { state: string }[] }>(`/v1/deregistrations/${leaver.id}`);
  check(
    units.every((u) => u.state === 'done'),
    'no unit is left',
  );
  const { status } = await leaver.session.call('GET', '/v1/accounts/me');
  check(status === 401, 'the session is over');
  const next = await register(world, { phone: leaver.phone });
  check(next.accountId !== leaver.accountId, 'the number is free for somebody else');
  world.step('2.5', 'the number registers as somebody new');
}
