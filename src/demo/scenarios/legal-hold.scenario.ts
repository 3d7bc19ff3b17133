import { check, until } from './api.js';
import { applyToLeave, coolOff, decide, passFinalNotice, preview, reach, receiptOf } from './leaving.js';
import { register, signIn } from './person.js';
import type { World } from './world.js';

/** What a court wants to see, and what leaving would erase. */
const HELD = 'registration_attempt';

interface Units {
  readonly state: string;
  readonly units: readonly { phase: string; unit: string; state: string }[];
}

/** A court asks that one class of one person's records stays: leaving defers exactly that, releasing the hold finishes it (DER-7). */
export async function legalHold(world: World): Promise<void> {
  const person = await register(world);
  const other = await register(world);
  const legal = await world.staff('lena', 'legal');
  const inHalfAYear = new Date((await world.now()).getTime() + 180 * 86_400_000).toISOString().slice(0, 10);
  const hold = await legal.post<{ id: string }>('/v1/legal-holds', {
    accountId: person.accountId,
    recordClasses: [HELD],
    reason: 'Preservation asked for in a civil dispute.',
    authority: '北京互联网法院',
    reference: '(2026)京0491民初1号',
    reviewOn: inHalfAYear,
  });
  world.step('DER-7', `legal places a hold on ${HELD} of one account, to be looked at again by ${inHalfAYear}`);

  const { plan, coolingOff } = await preview(await signIn(world, person.phone));
  const held = plan.classes.filter((c) => c.holds.length > 0).map((c) => c.recordClass);
  check(held.join() === HELD, `the plan shows the hold on exactly that class, it shows ${held.join()}`);
  world.step('DER-1, DER-7', `the preview says so: ${held.join()} is held`);
  await world.advance('PT1H');

  const leaver = await applyToLeave(world, person);
  const free = await applyToLeave(world, other);
  await coolOff(world, coolingOff);
  for (const one of [leaver, free]) await decide(world, one, 'bob', 'approve', 'conditions_met');
  await passFinalNotice(world, leaver);
  await passFinalNotice(world, free);
  for (const one of [leaver, free]) await reach(one, 'completed');
  const receipt = await receiptOf(world, leaver);
  const kept = receipt.retained.find((r) => r.recordClass === HELD);
  check(kept?.until === null, 'the receipt says that the class stays until the order is lifted');
  check(!receipt.erased.some((e) => e.recordClass === HELD), 'the receipt does not claim that it is erased');
  check(
    (await receiptOf(world, free)).erased.some((e) => e.recordClass === HELD),
    'somebody else’s records of the class are gone: the hold names one person',
  );
  world.step('DER-7', `both have left; of the one held, ${HELD} stays: ${receipt.erased.length} other classes erased`);

  const ops = await world.staff('oscar', 'ops');
  const unitsOf = (id: string): Promise<Units> => ops.get<Units>(`/v1/deregistrations/${id}`);
  const deferred = (await unitsOf(leaver.id)).units.filter((u) => u.state !== 'done');
  check(
    deferred.length > 0 && deferred.every((u) => u.state === 'deferred'),
    `only what is held is deferred, found ${JSON.stringify(deferred)}`,
  );
  check(
    deferred
      .filter((u) => u.phase === 'erase_inside')
      .map((u) => u.unit)
      .join() === HELD,
    'exactly that class waits',
  );
  world.tell(`deferred: ${deferred.map((u) => `${u.phase}/${u.unit}`).join(', ')}`);

  const counsel = await world.staff('lena', 'legal');
  await counsel.delete(`/v1/legal-holds/${hold.id}`, { reason: 'The dispute was settled.' });
  world.step('DER-7', 'the dispute is settled, legal releases the hold');
  await until('what was deferred is finished', async () => {
    const { units } = await unitsOf(leaver.id);
    return units.every((u) => u.state === 'done') ? units : undefined;
  });
  world.step('DER-7', 'what was deferred is erased; nothing of the class is left');
}
