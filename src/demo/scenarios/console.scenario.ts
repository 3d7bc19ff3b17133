import { randomInt, randomUUID } from 'node:crypto';
import { check, until } from './api.js';
import { type Decision, REASONS_ZH, sanction } from './cases.js';
import { fillDesks, pastWeeks } from './desks.js';
import { applyToLeave, coolOff, preview } from './leaving.js';
import { linkTo, codeOf } from './minor.scenario.js';
import { bornYearsAgo, prove, register, registrationForm, signIn, type Started } from './person.js';
import type { Task } from './steps.js';
import type { World } from './world.js';

interface Stats {
  readonly kinds: readonly { kind: string; live: number; overdue: number; claimed: number }[];
}

/** What came in a week ago and nobody has looked at yet: its time is over. */
const OLD_REPORTS = ['3.3(1)', '3.3(5)', '3.3(8)'] as const;
const REPORTS = [
  '3.3(9)',
  '2.3(1)',
  '2.3(3)',
  '2.3(4)',
  '3.3(2)',
  '3.3(4)',
  '3.3(6)',
  '3.3(7)',
  '3.3(9)',
  '2.3(2)',
] as const;
const LEAVERS = 6;
const APPEALS = 4;
const CLOSURES = 3;
const RECOVERIES = 5;
const MISUSES = 3;
const HELD = 4;
const EXPECTED = {
  case: 9,
  deregistration: 6,
  appeal: 4,
  decision_approval: 3,
  recovery: 5,
  guardian: 1,
  account_misuse: 3,
  registration: 4,
};

/** Fills the queues with a realistic day: things overdue, escalated, claimed, put off, and held registrations. */
export async function fillConsole(world: World): Promise<void> {
  world.speak('zh-CN');
  await pastWeeks(world);
  const before = await stats(world);
  await lastWeek(world);
  await reports(world, REPORTS);
  await appeals(world);
  await closures(world);
  await recoveries(world);
  await lostGuardian(world);
  await misuses(world);
  await heldRegistrations(world);
  await fillDesks(world);
  await handled(world);
  await report(world, before);
}

const decided = (world: World, accountId: string, actions: readonly object[]): Promise<Decision> =>
  sanction(world, 'alice', accountId, actions, {
    statementOfReasons: REASONS_ZH,
    deviationReason: '多次收到同类举报，情节与系统建议所依据的不同。',
  });

/** Applications whose cooling-off ends today, and reports that nobody looked at. */
async function lastWeek(world: World): Promise<void> {
  await reports(world, OLD_REPORTS);
  const people = await times(LEAVERS, () => register(world, { displayName: `离开${randomInt(100, 999)}` }));
  const [first] = people;
  check(first !== undefined, 'somebody leaves');
  const { coolingOff } = await preview(await signIn(world, first.phone));
  for (const person of people) await applyToLeave(world, person);
  await coolOff(world, coolingOff);
  world.step(
    '2.5',
    `a week ago: ${OLD_REPORTS.length} reports that nobody looked at, ${LEAVERS} applications to leave`,
  );
}

async function reports(world: World, clauses: readonly string[]): Promise<void> {
  for (const clause of clauses) {
    const subject = await register(world);
    const detector = await world.service('gateway', 'reports:write');
    await detector.post('/v1/reports', {
      subjectAccountId: subject.accountId,
      clause,
      description: '自动检测发现，须人工阅读后判断。',
      score: randomInt(40, 100),
    });
  }
  world.step('6', `${clauses.length} reports, by clause: ${clauses.join(', ')}`);
}

async function appeals(world: World): Promise<void> {
  await times(APPEALS, async () => {
    const person = await register(world);
    const suspension = [{ type: 'suspension', duration: 'P7D' }];
    const { id: decisionId } = await decided(world, person.accountId, suspension);
    await person.api.post('/v1/appeals', { decisionId, text: '该内容引自新闻报道，请重新审核。' });
  });
  world.step('ENF-10', `${APPEALS} appeals`);
}

async function closures(world: World): Promise<void> {
  await times(CLOSURES, async () => {
    const { accountId } = await register(world);
    await decided(world, accountId, [{ type: 'closure' }]);
  });
  world.step('ENF-8', `${CLOSURES} closures that wait for a second person`);
}

async function recoveries(world: World): Promise<void> {
  await times(RECOVERIES, async () => {
    const { phone: lostPhone } = await register(world, { displayName: '小鲸' });
    const statement = '手机遗失，号码已注销，无法接收验证码。';
    await appealForRecovery(world, { lostPhone, statement, displayName: '小鲸' });
  });
  world.step('REG-8', `${RECOVERIES} people who lost their number`);
}

/** A mother whose number is gone asks for the page of her child at another one. */
async function lostGuardian(world: World): Promise<void> {
  const mother = world.newPhone();
  const birthDate = await bornYearsAgo(world, 12);
  const { phone: wardPhone } = await register(world, {
    birthDate,
    guardian: { phone: mother, relationship: 'mother' },
  });
  const link = await linkTo(world, mother);
  const consent = { decision: 'granted', code: await codeOf(world, link), guardianName: '王芳' };
  await world.public.post(`${link.path}/decision`, consent);
  const statement = '原手机号已停用，需要换一个号码管理孩子的账号。';
  await appealForRecovery(world, { about: 'guardian_number', lostPhone: mother, wardPhone, statement });
  world.step('2.1', 'a mother who lost her number');
}

async function appealForRecovery(world: World, claim: Readonly<Record<string, string>>): Promise<void> {
  const newPhone = world.newPhone();
  const asked = await world.now();
  await world.public.post('/v1/recovery-appeals/codes', { phone: newPhone });
  const code = await world.codeFor(newPhone, asked);
  await world.public.post('/v1/recovery-appeals', { newPhone, code, ...claim });
}

async function misuses(world: World): Promise<void> {
  await times(MISUSES, async () => {
    const person = await register(world);
    await person.api.post('/v1/accounts/me/freeze', { reportMisuse: true });
  });
  world.step('REG-9', `${MISUSES} accounts frozen by their owners, with a report of misuse`);
}

/** The run of neighbouring numbers of one evening; only the last ones are worth a person's time. */
async function heldRegistrations(world: World): Promise<void> {
  const block = `+86139${randomInt(100_000, 999_999)}`;
  let held = 0;
  for (let n = 0; held < HELD && n < 60; n += 1) {
    const phone = `${block}${String(n).padStart(2, '0')}`;
    const form = await registrationForm(world, phone, { deviceId: `device-${randomUUID()}` });
    const started = await world.public.post<Started>('/v1/registrations', form);
    // The rule counts attempts: those before its limit need not be finished.
    if (n >= 25 && (await prove(world, phone, started)).status === 'in_review') held += 1;
  }
  check(held === HELD, `${HELD} registrations are held`);
  world.step('2.3(3)', `${HELD} registrations out of a run of neighbouring numbers, held`);
}

/** What colleagues do at the same time: one works, one asks for help, one waits for an answer, one passes something by. */
async function handled(world: World): Promise<void> {
  const grace = await world.staff('grace', 'moderator');
  for (const kind of ['case', 'recovery']) await grace.post('/v1/review-tasks/claim-next', { kinds: [kind] });
  const waiting = async (kind: string): Promise<string> => {
    const path = `/v1/review-tasks?kind=${kind}&status=open&limit=200`;
    const { items } = await grace.get<{ items: { id: string }[] }>(path);
    const id = items.at(-1)?.id;
    check(id !== undefined, `a task of kind ${kind} is open`);
    return id;
  };
  for (const kind of ['case', 'deregistration']) {
    const { id, version } = await grace.post<Task>(`/v1/review-tasks/${await waiting(kind)}/claim`);
    const reason = '涉及未成年人，请高级审核员处理。';
    await grace.post(`/v1/review-tasks/${id}/escalate`, { reason }, { ifMatch: version });
  }
  const { id, version } = await grace.post<Task>(`/v1/review-tasks/${await waiting('account_misuse')}/claim`);
  const inTwoDays = new Date((await world.now()).getTime() + 2 * 86_400_000).toISOString();
  await grace.post(`/v1/review-tasks/${id}/snooze`, { until: inTwoDays }, { ifMatch: version });
  // What two of them would rather not take: a lead sees how many, and why.
  const unloved = await waiting('registration');
  for (const [name, reason] of [
    ['grace', 'unclear'],
    ['alice', 'other_expertise'],
  ] as const)
    await (await world.staff(name, 'moderator')).post(`/v1/review-tasks/${unloved}/skip`, { reason });
  world.step('review', 'moderator grace works on two, has escalated two, put one off for two days and skipped one');
}

async function report(world: World, before: Stats): Promise<void> {
  const liveIn = (stats: Stats, kind: string): number => stats.kinds.find((k) => k.kind === kind)?.live ?? 0;
  const now = await until('the queues to be full', async () => {
    const found = await stats(world);
    const full = Object.entries(EXPECTED).every(([kind, n]) => liveIn(found, kind) - liveIn(before, kind) >= n);
    return full ? found : undefined;
  });
  for (const k of now.kinds)
    world.tell(`${k.kind.padEnd(22)} ${k.live} live, ${k.overdue} overdue, ${k.claimed} claimed`);
  const sum = (of: (k: Stats['kinds'][number]) => number): number => now.kinds.reduce((n, k) => n + of(k), 0);
  check(sum((k) => k.live) >= 34, 'the queues are full');
  check(sum((k) => k.overdue) > 0 && sum((k) => k.claimed) > 0, 'some is overdue, and some is being worked on');
  world.step('review', `${sum((k) => k.live)} tasks wait: open ${world.public.base}/console`);
}

const stats = async (world: World): Promise<Stats> =>
  (await world.staff('heidi', 'senior_moderator', 'moderator')).get<Stats>('/v1/review-tasks/stats');

async function times<T>(n: number, work: () => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < n; i += 1) done.push(await work());
  return done;
}
