import { check } from './api.js';
import { sanction } from './cases.js';
import { register } from './person.js';
import { claim, expectStanding } from './steps.js';
import type { World } from './world.js';

interface Appeal {
  readonly id: string;
  readonly state: string;
  readonly remedies: readonly string[];
  readonly messages: readonly { fromStaff: boolean; text: string | null }[];
}

const ANSWER = 'You are right: it was quoted from a news report. The suspension is lifted.';

/** A suspension is appealed, heard by somebody else, answered in words and overturned (7.1, ENF-10). */
export async function appeal(world: World): Promise<void> {
  const person = await register(world);
  const decision = await sanction(world, 'alice', person.accountId, [{ type: 'suspension', duration: 'P7D' }], {
    announce: { textZh: '某用户被暂停使用七日（申诉演示）。', textEn: 'Suspended for seven days (appeal demo).' },
  });
  world.step('7.1', 'alice suspends an account for seven days');
  const suspended = await expectStanding(world, person.accountId, '7.1', 'suspended');
  check(!suspended.mayUse, 'a suspended account may not be used');

  const filed = await person.api.post<Appeal>('/v1/appeals', {
    decisionId: decision.id,
    text: 'It was a quotation.',
  });
  world.step('ENF-10', `the person appeals (${filed.id})`);
  const again = { decisionId: decision.id, text: 'Once more.' };
  const second = await person.api.call('POST', '/v1/appeals', again);
  check(second.status === 409, 'one decision has one live appeal');

  const path = `/v1/appeals/${filed.id}`;
  const overturn = { outcome: 'overturned', answer: ANSWER };
  const alice = await world.staff('alice', 'moderator');
  await alice.refused('other_reviewer_required', 'POST', `${path}/decision`, overturn);
  world.step('ENF-10', 'whoever decided does not hear the appeal: alice is refused');

  const bob = await world.staff('bob', 'moderator');
  await claim(bob, 'appeal', filed.id);
  await bob.post(`${path}/messages`, { text: 'Which report was it?' });
  await person.api.post(`${path}/messages`, { text: 'The evening news of 22 November.' });
  world.step('ENF-10', 'bob claims it and asks; the person answers');
  const done = await bob.post<Appeal>(`${path}/decision`, overturn);
  check(done.state === 'overturned' && done.remedies.includes('suspension_lifted'), 'the suspension is lifted by it');
  world.step('ENF-10', `overturned: ${done.remedies.join(', ')}`);
  const standing = await expectStanding(world, person.accountId, '7.1', 'active', (s) => s.mayUse);
  check(standing.blocks.length === 0, 'nothing of the measure is left');

  const read = await person.api.get<Appeal>(path);
  check(
    read.messages.some((m) => m.fromStaff && m.text === ANSWER),
    'the person reads the answer in words',
  );
  check(!JSON.stringify(read).includes('bob'), 'and not who wrote it');
  for (const m of read.messages) world.tell(`${m.fromStaff ? 'platform' : 'person'}: ${m.text ?? ''}`);
  const { items } = await world.public.get<{ items: { state: string; text: string | null }[] }>('/v1/announcements');
  check(
    items.every((a) => a.text !== 'Suspended for seven days (appeal demo).'),
    'the announcement is withdrawn',
  );
  world.step('ENF-9, ENF-10', 'the written answer is on the person’s page, the announcement withdrawn');
}
