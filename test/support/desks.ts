import { solve, type Started } from '../../src/demo/scenarios/person.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { ReviewService } from '../../src/modules/review/review.service.js';
import { acceptancesNow, codeSentTo, freshPhone, openAccount, type SignedIn, signIn } from './accounts.js';
import type { TestApp } from './app.js';
import type { Answer } from './http-client.js';
import { minorWithConsent } from './minors.js';
import { Moderation } from './moderation.js';

/** Kinds of work that people themselves give cause to. */
export const DESKS = [
  'registration',
  'recovery',
  'guardian',
  'information_correction',
  'birth_date_correction',
  'account_misuse',
] as const;

/** One task of each of these kinds, as it comes about: by what people send. */
export async function fillDesks(app: TestApp): Promise<void> {
  const somebody = async (): Promise<SignedIn> => signIn(app, (await openAccount(app)).phone);

  const misused = await somebody();
  await wants(misused.http.post('/v1/accounts/me/freeze', { reportMisuse: true }));

  const older = await somebody();
  const birthDate = { birthDate: '1991-02-28', statement: '注册时年份填写错误。' };
  await wants(older.http.post('/v1/accounts/me/birth-date-corrections', birthDate));

  const disputed = await somebody();
  const alice = await new Moderation(app).as('alice');
  const dispute = { fields: ['display_name'], reason: '昵称冒用他人名义。', outcome: 'challenge' };
  await wants(alice.post(`/v1/accounts/${disputed.accountId}/information-disputes`, dispute));
  const correction = { statement: '昵称已更正。', displayName: '小蓝鲸' };
  await wants(disputed.http.post('/v1/accounts/me/information-corrections', correction));

  const statement = '手机遗失，号码已注销，无法接收验证码。';
  const lost = await openAccount(app);
  await appeal(app, { lostPhone: lost.phone, statement, displayName: '小鲸' });
  const ward = await minorWithConsent(app);
  await appeal(app, { about: 'guardian_number', lostPhone: ward.guardian, wardPhone: ward.phone, statement });

  await holdRegistration(app);
}

/** The task about a deregistration of which a step does not go on; the one that there is, where the saga asked already. */
export async function stalledTask(app: TestApp): Promise<string> {
  const [stuck] = await app.db.query<{ id: string; account_id: string }>(
    `SELECT id, account_id FROM deregistrations WHERE state IN ('executing', 'partially_executed') LIMIT 1`,
  );
  if (stuck === undefined) throw new Error('nothing is stuck');
  const what = { kind: 'deregistration_stalled', subjectId: stuck.id, accountId: stuck.account_id };
  const dueAt = new Date(app.clock.now().getTime() + 86_400_000);
  const task = await app.get(Transactor).run((tx) => app.get(ReviewService).open(tx, { ...what, dueAt }));
  return task.id;
}

async function appeal(app: TestApp, claim: Readonly<Record<string, string>>): Promise<void> {
  const newPhone = freshPhone();
  await wants(app.http.post('/v1/recovery-appeals/codes', { phone: newPhone }));
  const code = await codeSentTo(app, newPhone);
  await wants(app.http.post('/v1/recovery-appeals', { newPhone, code, ...claim }));
}

/** The last of a run of neighbouring numbers; those before it need not be finished to count. */
async function holdRegistration(app: TestApp): Promise<void> {
  const acceptances = await acceptancesNow(app);
  for (let n = 0; n < 40; n += 1) {
    const phone = `+861396666${String(7700 + n)}`;
    const form = {
      method: 'phone',
      phone,
      birthDate: '1990-05-17',
      channel: 'web',
      acceptances,
      deviceId: `device-${n}`,
    };
    const begun = await wants(app.http.post<Started>('/v1/registrations', form));
    if (n < 25) continue;
    const solved = begun.challenge && { challengeResponse: await solve(begun.challenge.parameters) };
    await wants(app.http.post(`/v1/registrations/${begun.id}/codes`, solved ?? {}));
    const proof = { code: await codeSentTo(app, phone) };
    const proven = await app.http.post<{ status: string }>(`/v1/registrations/${begun.id}/verifications`, proof);
    if (proven.body.status === 'in_review') return;
  }
  throw new Error('no registration was held');
}

async function wants<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { status, body, text } = await answer;
  if (status >= 300) throw new Error(text);
  return body;
}
