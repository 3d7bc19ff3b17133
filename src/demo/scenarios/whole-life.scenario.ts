import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, check, until } from './api.js';
import { applyToLeave, coolOff, decide, passFinalNotice, preview, reach, receiptOf } from './leaving.js';
import { register, signIn } from './person.js';
import { claim, expectStanding } from './steps.js';
import type { World } from './world.js';

/** One person's whole life on the platform: registration, a sanction that ends by itself, leaving, what is kept, its end. */
export async function wholeLife(world: World): Promise<void> {
  const agreement = await agreementInForce(world);
  world.step('preamble, 9.1', `the agreement in force: ${agreement.documentId} ${agreement.version}`);
  world.tell(`sha256 ${agreement.sha256}`);

  const person = await register(world);
  world.step('2.2', 'registration by phone: code sent, code proven, agreement accepted');
  world.tell(`account ${person.accountId}`);
  await expectStanding(world, person.accountId, 'standing', 'active');

  await sanction(world, person.accountId);
  await expectStanding(world, person.accountId, '7.1', 'suspended');
  world.tell('waiting for the suspension to end by itself …');
  await sleep(5500);
  await expectStanding(world, person.accountId, '7.1', 'active');

  await leave(world, person);
  await readAndExpire(world, person.accountId);
  await verifyAudit(world);
}

async function agreementInForce(world: World): Promise<{ documentId: string; version: string; sha256: string }> {
  const { items } = await world.public.get<{
    items: { documentId: string; inEffect: { documentId: string; version: string; sha256: string } | null }[];
  }>('/v1/agreements');
  const found = items.find((d) => d.documentId === 'user_agreement')?.inEffect;
  if (!found) throw new Error('no user agreement is in effect: publish one with "npm run cli -- agreements publish"');
  return found;
}

async function sanction(world: World, accountId: string): Promise<void> {
  const moderator = await world.staff('alice', 'moderator');
  const reporter = await register(world);
  await reporter.api.post('/v1/reports', {
    subjectAccountId: accountId,
    clause: '3.3(9)',
    description: 'The answers that this account publishes are abusive.',
  });
  world.step('6', 'a report from another person');
  const { items } = await moderator.get<{ items: { id: string }[] }>(`/v1/cases?accountId=${accountId}`);
  const caseId = items[0]?.id;
  check(caseId !== undefined, 'the report has opened a case');
  const task = await claim(moderator, 'case', caseId);
  world.step('7.1', `a case, claimed by moderator alice (task ${task.id})`);
  const until5s = new Date((await world.now()).getTime() + 5000).toISOString();
  const found = await moderator.get<{ version: number }>(`/v1/cases/${caseId}`);
  await moderator.post(
    `/v1/cases/${caseId}/decisions`,
    {
      clauses: ['3.3(9)'],
      actions: [{ type: 'warning' }, { type: 'suspension', endsAt: until5s }],
      notice: { choice: 'given' },
      statementOfReasons: {
        facts: 'Three published answers insult other people.',
        explanation: 'Clause 3.3(9) forbids violent and abusive content; the reported answers are that.',
      },
      deviationReason: 'A short suspension for the demonstration.',
    },
    { ifMatch: found.version },
  );
  world.step('3.3(9), 7.1', 'decision: a warning and a suspension of five seconds, with a statement of reasons');
}

async function leave(world: World, person: { phone: string; accountId: string }): Promise<void> {
  const me = await signIn(world, person.phone);
  const { plan, coolingOff } = await preview(me);
  const count = (disposition: string): number => plan.classes.filter((c) => c.disposition === disposition).length;
  world.step(
    '2.5, DER-1',
    `preview: ${count('erase')} classes go, ${count('seal')} are kept sealed, ${count('keep')} run out their time`,
  );
  const leaver = await applyToLeave(world, person);
  world.step('2.5, DER-1', `applied for deregistration (${leaver.id}); cooling-off ${coolingOff}`);
  await coolOff(world, coolingOff);
  world.step('2.5, DER-2', 'the cooling-off is over (the demo clock was moved)');
  const { planHash, taskId } = await decide(world, leaver, 'bob', 'approve', 'conditions_met');
  world.step('2.5, DER-2', `reviewed from the queue by moderator bob (task ${taskId}) and approved`);
  world.tell(`decided on plan ${planHash}`);
  const from = await passFinalNotice(world, leaver);
  world.step('2.5, DER-2', `final notice sent; nothing is erased before ${from}`);
  await reach(leaver, 'completed');
  world.step('2.5, DER-3', 'executed: fenced, sealed, erased outside and inside, verified');
  const { erased, retained } = await receiptOf(world, leaver);
  world.step('2.5, DER-6', `the signed receipt verifies against the published keys: ${erased.length} classes erased`);
  for (const kept of retained) world.tell(`kept: ${kept.recordClass} until ${String(kept.until)}`);
}

interface Register {
  readonly items: { readonly recordClass: string; readonly state: string; readonly expiresAt: string }[];
}

async function readAndExpire(world: World, accountId: string): Promise<void> {
  const auditor = await world.staff('audra', 'auditor');
  const purpose = `purpose=${encodeURIComponent('regulator_request')}&reference=${encodeURIComponent('REQ-2026-1')}`;
  const read = await auditor.get<{ items: { recordClass: string }[] }>(
    `/v1/retained-records?subject=${accountId}&${purpose}`,
  );
  world.step(
    '2.5(1), DER-4',
    `auditor reads the retained record, with a purpose: ${read.items.map((r) => r.recordClass).join(', ')}`,
  );
  await world.advance('P10Y1M');
  const ops = await world.staff('oscar', 'ops');
  const dry = await ops.post<{ id: string }>('/v1/retention/runs', { dryRun: true });
  const counted = await finished(ops, dry.id);
  world.step(
    '2.5(1), DER-4',
    `ten years later, a dry run counts ${counted.totals.due} records due and changes nothing`,
  );
  const confirm = { confirm: counted.policyVersion };
  await ops.post(`/v1/retention/runs/${dry.id}/proposal`, confirm);
  const second = await world.staff('olivia', 'ops');
  // Refused when the hourly run of the service was first: nothing is left as the dry run counted it, and that is fine.
  const started = { ...confirm, reportSha256: counted.reportSha256 };
  const run = await second.post<{ id: string }>(`/v1/retention/runs/${dry.id}/start`, started).catch(() => undefined);
  if (run !== undefined) await finished(ops, run.id);
  // The hourly run of the service may have been first: what counts is that they went, and which report says so.
  const { items } = await ops.get<{ items: { id: string; dryRun: boolean; cause: string }[] }>('/v1/retention/runs');
  for (const { id, cause } of items.filter((r) => !r.dryRun)) {
    const { totals, reportSha256 } = await finished(ops, id);
    if (totals.erased === 0) continue;
    const report = `report ${reportSha256 ?? 'not signed'}`;
    world.step('2.5(1), DER-4', `a retention run (${cause}) erased ${totals.erased} records; ${report}`);
  }
  const later = await world.staff('audra', 'auditor');
  const register = await later.get<Register>(`/v1/retained-records/register?subject=${accountId}`);
  const now = await world.now();
  const readable = register.items.filter((r) => r.state === 'sealed' && new Date(r.expiresAt) < now);
  if (readable.length > 0) throw new Error(`records past their time are still there: ${JSON.stringify(readable)}`);
  const left = register.items.map((r) => `${r.recordClass} until ${r.expiresAt}`).join(', ');
  world.tell(left === '' ? 'the register has nothing sealed of this account any more' : `still sealed: ${left}`);
}

interface Run {
  readonly state: string;
  readonly policyVersion: string;
  readonly totals: { readonly due: number; readonly erased: number };
  readonly reportSha256: string | null;
}

const finished = (ops: Api, id: string): Promise<Run> =>
  until('the run to finish', async () => {
    const run = await ops.get<Run>(`/v1/retention/runs/${id}`);
    if (run.state === 'failed' || run.state === 'cancelled') throw new Error(`the run ${run.state}`);
    return run.state === 'completed' ? run : undefined;
  });

async function verifyAudit(world: World): Promise<void> {
  const auditor = await world.staff('audra', 'auditor');
  const verdict = await until('the audit log to be whole', async () => {
    const found = await auditor.get<{ ok: boolean; size?: number; events?: number }>('/v1/audit-events/verification');
    return found.ok ? found : undefined;
  });
  world.step('provability', `audit verify: green (${JSON.stringify(verdict)})`);
}
