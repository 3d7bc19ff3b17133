import { check } from './api.js';
import { type Case, decideCase, type Decision, REASONS_ZH } from './cases.js';
import { applyToLeave, coolOff, decide, passFinalNotice, preview, reach } from './leaving.js';
import { type Registered, register, signIn } from './person.js';
import { claim, type Task } from './steps.js';
import type { World } from './world.js';

interface Opened {
  readonly subject: Registered;
  readonly caseId: string;
  readonly clause: string;
}

/** What is opened each week; what is not decided the same day misses its time. */
const WEEKS: readonly (readonly string[])[] = [
  ['3.3(9)', '3.3(9)', '2.3(1)', '3.3(4)'],
  ['3.3(9)', '2.3(1)', '3.3(8)'],
  ['3.3(9)', '3.3(9)', '3.3(9)', '3.3(4)', '2.3(2)'],
  ['2.3(1)', '3.3(8)', '3.3(9)', '3.3(4)'],
];
const DECIDERS = ['alice', 'grace', 'bob', 'alice'];
const ACTIONS: readonly (readonly object[])[] = [
  [{ type: 'warning' }],
  [{ type: 'suspension', duration: 'P3D' }],
  [{ type: 'feature_restriction', features: ['share'], duration: 'P3D' }],
];
const REPEATS = [[{ type: 'warning' }], [{ type: 'feature_restriction', features: ['share'], duration: 'P3D' }]];

/** Some weeks of decisions, for the numbers of a lead; of what followed, an order that was forgotten. */
export async function pastWeeks(world: World): Promise<void> {
  const repeater = await register(world, { displayName: '老面孔' });
  const overturned = await weeks(world, repeater);
  await lateOrder(world);
  await stubbornSystem(world);
  world.step('7.1', `${WEEKS.length} weeks of decisions, ${overturned} of them overturned on appeal`);
}

/** What follows decisions today: something on every desk. */
export async function fillDesks(world: World): Promise<void> {
  await freshOrders(world);
  await announced(world);
  await removals(world);
  await authorities(world);
  await disputed(world);
  world.step('7.1', 'orders, removals, announcements, referrals, losses, disputed information');
}

async function weeks(world: World, repeater: Registered): Promise<number> {
  let overturned = 0;
  for (const [week, clauses] of WEEKS.entries()) {
    const opened: Opened[] = [];
    for (const clause of clauses) opened.push(await open(world, clause));
    await world.advance('PT5H');
    const [first, ...rest] = opened;
    check(first !== undefined, 'something is opened every week');
    const decision = await settle(world, first, 'alice', [{ type: 'suspension', duration: 'P7D' }]);
    const repeated = REPEATS[week];
    if (repeated) await settle(world, await open(world, '3.3(9)', repeater), 'grace', repeated);
    await world.advance('PT10H');
    for (const [at, each] of rest.entries())
      await settle(world, each, DECIDERS[at % DECIDERS.length] ?? 'alice', ACTIONS[at % ACTIONS.length] ?? []);
    overturned += await appealed(world, first.subject, decision, week % 2 === 0);
    await world.advance('P6D');
  }
  const weighed = { ...REASONS_ZH, proportionality: '数周内多次发生，已警示并限制功能，仍未改正。' };
  const again = [{ type: 'suspension', duration: 'P15D' }];
  await settle(world, await open(world, '3.3(9)', repeater), 'bob', again, { statementOfReasons: weighed });
  return overturned;
}

async function open(world: World, clause: string, subject?: Registered): Promise<Opened> {
  const person = subject ?? (await register(world));
  const grace = await world.staff('grace', 'moderator');
  const what = { subjectAccountId: person.accountId, clause, note: '巡查时发现。' };
  const { id } = await grace.post<Case>('/v1/cases', what);
  return { subject: person, caseId: id, clause };
}

async function settle(
  world: World,
  { caseId, clause }: Opened,
  by: string,
  actions: readonly object[],
  more: object = {},
): Promise<Decision> {
  const moderator = await world.staff(by, 'moderator');
  return decideCase(moderator, caseId, {
    clauses: [clause],
    actions,
    statementOfReasons: REASONS_ZH,
    deviationReason: '情节较轻，采用较轻的措施。',
    ...more,
  });
}

async function appealed(world: World, person: Registered, decision: Decision, wrong: boolean): Promise<number> {
  const me = await signIn(world, person.phone);
  const text = '该内容引自新闻报道，请重新审核。';
  const { id } = await me.post<{ id: string }>('/v1/appeals', { decisionId: decision.id, text });
  await world.advance('PT6H');
  const heidi = await world.staff('heidi', 'senior_moderator', 'moderator');
  await claim(heidi, 'appeal', id);
  const outcome = wrong ? 'overturned' : 'upheld';
  const answer = wrong ? '经复核，该内容确系引用，处置已撤销。' : '经复核，原处置并无不当。';
  await heidi.post(`/v1/appeals/${id}/decision`, { outcome, answer });
  return wrong ? 1 : 0;
}

/** Ordered a while ago and forgotten: overdue by the time somebody looks. */
async function lateOrder(world: World): Promise<void> {
  const order = { type: 'rectification', instructions: '昵称冒用他人商号，请更改。', duration: 'P3D' };
  const person = await register(world, { displayName: '海鲸书店' });
  await settle(world, await open(world, '2.3(1)', person), 'alice', [order]);
}

/** Billing refuses to stop writing: the deregistration stands still until somebody talks to them. */
async function stubbornSystem(world: World): Promise<void> {
  const person = await register(world, { displayName: '等待结清' });
  const { coolingOff } = await preview(await signIn(world, person.phone));
  const leaver = await applyToLeave(world, person);
  await coolOff(world, coolingOff);
  await decide(world, leaver, 'bob', 'approve', 'conditions_met');
  const behave = (refuses: boolean): Promise<void> =>
    world.public.put('/demo/participants', { participant: 'billing', refuses });
  await behave(true);
  try {
    await passFinalNotice(world, leaver);
    await reach(leaver, 'partially_executed');
  } finally {
    await behave(false);
  }
  world.step('DER-3', 'billing refused to erase; it is seen under "other systems", and mended');
}

async function freshOrders(world: World): Promise<void> {
  const order = { type: 'rectification', instructions: '请删除三条侮辱性公开回答。', duration: 'P7D' };
  await settle(world, await open(world, '3.3(9)'), 'alice', [order]);
  const answered = await open(world, '2.3(1)', await register(world, { displayName: '海鲸书店' }));
  const { sanctions } = await settle(world, answered, 'grace', [
    { ...order, instructions: '昵称冒用他人商号，请更改。' },
  ]);
  const me = await signIn(world, answered.subject.phone);
  await me.patch('/v1/accounts/me', { displayName: '海边的小鲸' });
  const text = '昵称已改为“海边的小鲸”，请查看。';
  await me.post(`/v1/sanctions/${sanctions[0]?.id}/rectification-submissions`, { text });
}

async function announced(world: World): Promise<void> {
  const textZh = '某账号因公开发布侮辱性内容被暂停使用七日。';
  const textEn = 'An account was suspended for seven days for publishing abusive answers.';
  const suspension = [{ type: 'suspension', duration: 'P7D' }];
  await settle(world, await open(world, '3.3(9)'), 'alice', suspension, { announce: { textZh, textEn } });
  const inAWeek = new Date((await world.now()).getTime() + 7 * 86_400_000).toISOString();
  const later = { textZh, textEn, publishAt: inAWeek };
  await settle(world, await open(world, '3.3(9)'), 'bob', suspension, { announce: later });
}

async function removals(world: World): Promise<void> {
  const contents = ['share/8842', 'share/8843', 'share/8844'].map((ref) => ({ system: 'chat', ref }));
  const removal = [{ type: 'content_removal', contents }];
  const { sanctions } = await settle(world, await open(world, '3.3(4)'), 'alice', removal);
  const alice = await world.staff('alice', 'moderator');
  const { items } = await alice.get<{ items: { id: string; sanctionId: string }[] }>('/v1/content-removals?limit=200');
  const [refused, done] = items.filter((each) => each.sanctionId === sanctions[0]?.id);
  check(refused !== undefined && done !== undefined, 'the content system was asked');
  const chat = await world.service('chat', 'content_removal:ack');
  const refusal = { outcome: 'refused', note: '法院要求保留。' };
  await chat.post(`/v1/content-removals/${refused.id}/acknowledgement`, refusal);
  await chat.post(`/v1/content-removals/${done.id}/acknowledgement`, { outcome: 'removed' });
}

/** A report that a second person agreed to, a request of an authority that waits for one, and two losses. */
async function authorities(world: World): Promise<void> {
  const { caseId } = await open(world, '3.3(5)');
  const alice = await world.staff('alice', 'moderator');
  const carol = await world.staff('carol', 'legal');
  const authority = '杭州市公安局网安支队';
  const report = { direction: 'report', authority, legalGround: '网络安全法 49', note: '四段对话商议买卖银行卡。' };
  const reported = await alice.post<Task>(`/v1/cases/${caseId}/referrals`, report);
  await carol.post(`/v1/referrals/${reported.id}/approval`, { approved: true, note: '同意移送。' });
  await carol.post(`/v1/referrals/${reported.id}/entries`, { kind: 'sent', text: '专人送达，回执 4711。' });
  const other = await open(world, '3.3(5)');
  await alice.post(`/v1/cases/${other.caseId}/referrals`, {
    direction: 'request',
    authority,
    documentNo: '公(网安)调证字〔2026〕12号',
    legalGround: '网络安全法 28',
    note: '调取登录记录。',
  });
  const path = `/v1/cases/${caseId}/claims`;
  const lawyer = { kind: 'lawyer', amountMinor: 1_200_050, currency: 'CNY', reference: '(2026)浙01民初12号' };
  const { id } = await carol.post<{ id: string }>(path, lawyer);
  await carol.post(`/v1/claims/${id}/changes`, { command: 'assert' });
  await carol.post(`/v1/claims/${id}/payments`, { amountMinor: 200_025, reference: 'BANK-2026-0042' });
  await carol.post(path, { kind: 'notary', amountMinor: 80_000, currency: 'CNY' });
}

async function disputed(world: World): Promise<void> {
  const person = await register(world, { displayName: '云上学堂' });
  const other = await register(world, { displayName: '海燕' });
  const alice = await world.staff('alice', 'moderator');
  const dispute = { fields: ['display_name'], reason: '昵称与实名主体不符。', outcome: 'challenge' };
  for (const { accountId } of [person, other])
    await alice.post(`/v1/accounts/${accountId}/information-disputes`, dispute);
  const me = await signIn(world, other.phone);
  const correction = { statement: '昵称已更正为本人常用名。', displayName: '海边的燕' };
  await me.post('/v1/accounts/me/information-corrections', correction);
}
