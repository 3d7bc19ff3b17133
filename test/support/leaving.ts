import { MessageInbox } from '../../src/demo/message-inbox.js';
import { ApplyDeregistrationService } from '../../src/modules/deregistration/apply-deregistration.service.js';
import { ReviewService } from '../../src/modules/review/review.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import type { Answer, HttpClient } from './http-client.js';
import { codeSentTo, freshPhone, openAccount, signIn, type SignedIn } from './accounts.js';
import type { TestApp } from './app.js';
import { staffToken } from './tokens.js';

/** Seconds instead of days. */
export const QUICK = {
  DEREGISTRATION_COOLING_OFF: 'PT20S',
  DEREGISTRATION_REMINDER_BEFORE: 'PT10S',
  DEREGISTRATION_FINAL_NOTICE_LEAD: 'PT20S',
  DEREGISTRATION_ACKNOWLEDGEMENT_DEADLINE: 'PT60S',
  DEREGISTRATION_PARTIAL_RETRY: 'PT30S',
  DEREGISTRATION_UNIT_LEASE: 'PT10S',
  DEREGISTRATION_RETRY_BASE: 'PT1S',
} as const;

export interface Leaver extends SignedIn {
  readonly phone: string;
  readonly id: string;
  readonly accessToken: string;
  /** Opens status and receipt. */
  readonly token: string;
}

export interface Seen {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly plan: {
    readonly planHash: string;
    readonly classes: { recordClass: string; title: object | null; holds: string[] }[];
  };
  readonly units: {
    phase: string;
    unit: string;
    state: string;
    attempts: number;
    lastError: string | null;
    found: string[];
  }[];
  readonly accountStateBefore: string;
  readonly unfinished: { phase: string; unit: string; reason: string }[];
  readonly automatic: object | null;
  readonly decidedBy: { id: string } | null;
}

export const ME = '/v1/accounts/me/deregistration';

/** An account that applied and stands before its reviewer, with a task in the queue; no sweep looks at it. */
export async function appliedInReview(app: TestApp): Promise<{ id: string; accountId: string }> {
  const { id: accountId } = await openAccount(app, freshPhone());
  const { id } = await app.get(Transactor).run((tx) =>
    app.get(ApplyDeregistrationService).applyVerified(tx, {
      accountId,
      actor: { kind: 'account', id: accountId },
      sessionId: null,
      reason: null,
      agreed: [],
    }),
  );
  await app.db.query(`UPDATE deregistrations SET state = 'in_review', next_due_at = NULL WHERE id = $1`, [id]);
  const dueAt = new Date(app.clock.now().getTime() + 3_600_000);
  const task = { kind: 'deregistration', subjectId: id, accountId, dueAt };
  await app.get(Transactor).run(async (tx) => void (await app.get(ReviewService).open(tx, task)));
  return { id, accountId };
}

/** Signs in and applies, with the codes that were really sent. */
export async function apply(app: TestApp, phone = freshPhone(), body: object = {}, more = {}): Promise<Leaver> {
  await openAccount(app, phone, more);
  return applyAs(app, await signIn(app, phone), phone, body);
}

export async function applyAs(app: TestApp, person: SignedIn, phone: string, body: object = {}): Promise<Leaver> {
  const answer = await tryApply(app, person, phone, body);
  if (answer.status !== 201) throw new Error(`did not apply: ${answer.text}`);
  return { ...person, phone, id: answer.body.id, token: answer.body.accessToken };
}

export async function tryApply(
  app: TestApp,
  person: SignedIn,
  phone: string,
  body: object = {},
): Promise<Answer<{ id: string; accessToken: string; code: string }>> {
  const known = app
    .get(MessageInbox)
    .to(phone)
    .filter((m) => m.params['code'] !== undefined).length;
  const asked = await person.http.post(`${ME}/codes`);
  if (asked.status !== 202) throw new Error(`no code: ${asked.text}`);
  const code = await codeSentTo(app, phone, known);
  return person.http.post(ME, { code, ...body });
}

export const staff = async (app: TestApp, name = 'alice'): Promise<HttpClient> =>
  app.http.with(await staffToken(app, ['moderator', 'senior_moderator', 'legal', 'ops', 'auditor'], name));

export async function see(app: TestApp, id: string): Promise<Seen> {
  const answer = await (await staff(app)).get<Seen>(`/v1/deregistrations/${id}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

/** Time passes and everything that became due is done. */
export async function pass(app: TestApp, seconds: number): Promise<void> {
  app.clock.advance(seconds * 1000);
  await app.drain();
}

/** Through cooling-off, into review. */
export async function toReview(app: TestApp): Promise<void> {
  await pass(app, 11);
  await pass(app, 11);
}

export async function claim(app: TestApp, id: string, by: HttpClient): Promise<void> {
  const [task] = await app.db.query<{ id: string }>(
    `SELECT id FROM review_tasks WHERE subject_id = $1 AND kind = 'deregistration' ORDER BY created_at DESC LIMIT 1`,
    [id],
  );
  const answer = await by.post(`/v1/review-tasks/${task?.id ?? 'none'}/claim`);
  if (answer.status >= 300) throw new Error(`not claimed: ${answer.text}`);
}

export async function decide(
  app: TestApp,
  id: string,
  by: HttpClient,
  decision: 'approve' | 'reject' = 'approve',
  seen?: Seen,
): Promise<Answer> {
  const { version, plan } = seen ?? (await see(app, id));
  const reasonCode = decision === 'approve' ? 'conditions_met' : 'takeover_suspected';
  return by.post(
    `/v1/deregistrations/${id}/decision`,
    { decision, reasonCode, planHash: plan.planHash, note: '已核对申请人 王小明' },
    { headers: { 'if-match': `"${version}"` } },
  );
}

/** Applied, cooled off, claimed and approved. */
export async function approve(app: TestApp, id: string, name = 'alice'): Promise<void> {
  const by = await staff(app, name);
  await claim(app, id, by);
  const answer = await decide(app, id, by);
  if (answer.status !== 200) throw new Error(`not approved: ${answer.text}`);
}

/** From approved to the first moment after the point of no return, and as far as it goes from there. */
export async function execute(app: TestApp): Promise<void> {
  await pass(app, 0);
  await pass(app, 2);
  await pass(app, 21);
  for (let i = 0; i < 12; i += 1) await pass(app, 2);
}

export const stateOf = async (app: TestApp, id: string): Promise<string> => (await see(app, id)).state;

/** Lets time pass in small steps until the request is in that state, or clearly will not be. */
export async function reach(app: TestApp, id: string, state: string): Promise<string> {
  for (let i = 0; i < 12 && (await stateOf(app, id)) !== state; i += 1) await pass(app, 1);
  return stateOf(app, id);
}
