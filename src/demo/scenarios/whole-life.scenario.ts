import { setTimeout as sleep } from 'node:timers/promises';
import { Api, until } from './api.js';
import { register, signIn } from './person.js';
import type { World } from './world.js';

interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly nextChangeAt: string | null;
}

interface Task {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly version: number;
}

/** One person's whole life on the platform: registration, a sanction that ends by itself, leaving, what is kept, its end. */
export async function wholeLife(world: World): Promise<void> {
  const gateway = await world.service('gateway', 'standing:read');
  const standingOf = (id: string): Promise<Standing> => gateway.get<Standing>(`/v1/accounts/${id}/standing`);

  const agreement = await agreementInForce(world);
  world.step('preamble, 9.1', `the agreement in force: ${agreement.documentId} ${agreement.version}`);
  world.tell(`sha256 ${agreement.sha256}`);

  const person = await register(world);
  world.step('2.2', 'registration by phone: code sent, code proven, agreement accepted');
  world.tell(`account ${person.accountId}`);
  await expectStatus(world, () => standingOf(person.accountId), 'active', 'standing');

  await sanction(world, person.accountId);
  await expectStatus(world, () => standingOf(person.accountId), 'suspended', '7.1');
  world.tell('waiting for the suspension to end by itself …');
  await sleep(5500);
  await expectStatus(world, () => standingOf(person.accountId), 'active', '7.1');

  const left = await leave(world, person.phone, person.accountId);
  await verifyReceipt(world, left.receipt);
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

/** Reads standing until it says `status`: it is right at once here, and within a moment on another process. */
async function expectStatus(world: World, ask: () => Promise<Standing>, status: string, clause: string): Promise<void> {
  const standing = await until(
    `standing ${status}`,
    async () => {
      const found = await ask();
      return found.status === status ? found : undefined;
    },
    5,
  );
  const next = standing.nextChangeAt === null ? '' : `, next change at ${standing.nextChangeAt}`;
  world.step(clause, `standing: ${standing.status}, may use: ${standing.mayUse}${next}`);
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
  const task = await claim(moderator, 'case', (t) => hasSubject(moderator, t, accountId));
  world.step('7.1', `a case, claimed by moderator alice (task ${task.id})`);
  const until5s = new Date((await world.now()).getTime() + 5000).toISOString();
  const found = await moderator.get<{ version: number }>(`/v1/cases/${task.subjectId}`);
  await moderator.post(
    `/v1/cases/${task.subjectId}/decisions`,
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

async function hasSubject(moderator: Api, task: Task, accountId: string): Promise<boolean> {
  const found = await moderator.get<{ accountId?: string; subjectAccountId?: string }>(`/v1/cases/${task.subjectId}`);
  return (found.accountId ?? found.subjectAccountId) === accountId;
}

/** Claims the task of this kind that belongs to the story: the queue of a demo world may hold others. */
async function claim(staff: Api, kind: string, isOurs: (task: Task) => Promise<boolean>): Promise<Task> {
  const ours = await until(`a task of kind ${kind}`, async () => {
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Task[]; nextCursor: string | null } = await staff.get(
        `/v1/review-tasks?kind=${kind}&limit=200${query}`,
      );
      for (const task of page.items) if (await isOurs(task)) return task;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return undefined;
  });
  return staff.post<Task>(`/v1/review-tasks/${ours.id}/claim`);
}

async function leave(world: World, phone: string, accountId: string): Promise<{ receipt: string }> {
  // A code was sent to this number a moment ago; the next one may be asked for after the cooldown.
  await world.advance('PT2M');
  const me = await signIn(world, phone);
  const preview = await me.get<{ plan: { classes: { disposition: string }[] }; coolingOff: string }>(
    '/v1/accounts/me/deregistration/preview',
  );
  const count = (disposition: string): number =>
    preview.plan.classes.filter((c) => c.disposition === disposition).length;
  world.step(
    '2.5, DER-1',
    `preview: ${count('erase')} classes go, ${count('seal')} are kept sealed, ${count('keep')} run out their time`,
  );
  await world.advance('PT2M');
  const before = await world.now();
  await me.post('/v1/accounts/me/deregistration/codes');
  const code = await world.codeFor(phone, before);
  const applied = await me.post<{ id: string; accessToken: string }>('/v1/accounts/me/deregistration', {
    code,
    reason: '不再需要',
  });
  world.step('2.5, DER-1', `applied for deregistration (${applied.id}); cooling-off ${preview.coolingOff}`);
  await world.advance(preview.coolingOff);
  await world.advance('PT1M');
  world.step('2.5, DER-2', 'the cooling-off is over (the demo clock was moved)');
  await approve(world, applied.id);
  const person = (path: string): Promise<Response> =>
    fetch(`${world.public.base}/v1/deregistrations/${applied.id}/${path}`, {
      headers: { 'receipt-token': applied.accessToken },
    });
  const from = await until('the final notice', async () => {
    const status = (await (await person('status')).json()) as { executableFrom: string | null };
    return status.executableFrom ?? undefined;
  });
  world.step('2.5, DER-2', `final notice sent; nothing is erased before ${from}`);
  const seconds = Math.ceil((new Date(from).getTime() - (await world.now()).getTime()) / 1000) + 1;
  if (seconds > 0) await world.advance(`PT${seconds}S`);
  await until(
    'deregistration completed',
    async () => {
      const status = (await (await person('status')).json()) as { state: string };
      return status.state === 'completed' ? status : undefined;
    },
    120,
  );
  world.step('2.5, DER-3', 'executed: fenced, sealed, erased outside and inside, verified');
  const answer = (await (await person('receipt')).json()) as { receipt: string };
  world.step('2.5, DER-6', `signed receipt for account ${accountId}`);
  return answer;
}

async function approve(world: World, deregistrationId: string): Promise<void> {
  const moderator = await world.staff('bob', 'moderator');
  const task = await claim(moderator, 'deregistration', async (t) => t.subjectId === deregistrationId);
  const found = await moderator.get<{ version: number; plan: { planHash: string } }>(
    `/v1/deregistrations/${deregistrationId}`,
  );
  await moderator.post(
    `/v1/deregistrations/${deregistrationId}/decision`,
    { decision: 'approve', reasonCode: 'conditions_met', planHash: found.plan.planHash },
    { ifMatch: found.version },
  );
  world.step('2.5, DER-2', `reviewed from the queue by moderator bob (task ${task.id}) and approved`);
  world.tell(`decided on plan ${found.plan.planHash}`);
}

async function verifyReceipt(world: World, receipt: string): Promise<void> {
  const { compactVerify, createLocalJWKSet } = await import('jose');
  const jwks = await world.public.get<{ keys: [] }>('/.well-known/jwks.json');
  const { payload } = await compactVerify(receipt, createLocalJWKSet(jwks));
  const claims = JSON.parse(Buffer.from(payload).toString('utf8')) as {
    erased: unknown[];
    retained: { recordClass: string; until: string }[];
  };
  world.step('DER-6', `the receipt verifies against the published keys: ${claims.erased.length} classes erased`);
  for (const kept of claims.retained) world.tell(`kept: ${kept.recordClass} until ${kept.until}`);
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
  const run = await ops.post<{ id: string }>('/v1/retention/runs', { dryRun: false });
  await finished(ops, run.id);
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
  const readable = register.items.filter((r) => r.state === 'sealed' && new Date(r.expiresAt) < new Date());
  if (readable.length > 0) throw new Error(`records past their time are still there: ${JSON.stringify(readable)}`);
  world.tell(`the register says: ${register.items.map((r) => `${r.recordClass} ${r.state}`).join(', ')}`);
}

interface Run {
  readonly state: string;
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
