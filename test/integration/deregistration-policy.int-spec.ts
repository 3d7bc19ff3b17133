import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { newId } from '../../src/kernel/ids.js';
import { DeregistrationService } from '../../src/modules/deregistration/deregistration.service.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/http-client.js';
import {
  apply,
  applyAs,
  approve,
  decide,
  ME,
  QUICK,
  reach,
  see,
  staff,
  toReview,
  tryApply,
} from '../support/leaving.js';

interface ClassYaml {
  ending: string;
  keeping?: object;
}

/** The catalogue with one class that is kept only if the person, having been told, agrees. */
function policyWithToldConsent(dir: string): string {
  const policy = parse(readFileSync('config/retention-policy.yaml', 'utf8')) as {
    recordClasses: Record<string, ClassYaml>;
  };
  const kept = policy.recordClasses['account_preference'];
  if (kept === undefined) throw new Error('no class account_preference');
  kept.ending = 'seal';
  kept.keeping = {
    basis: { kind: 'told_consent', references: [{ instrument: 'YD/T 6221-2024', article: '10.2' }] },
    trigger: 'account_ended',
    period: 'P1Y',
    atExpiry: 'shred',
    readers: ['legal'],
    reason: { en: 'So that you find your choices again.', zh: '便于您日后恢复设置。' },
  };
  const file = join(dir, 'retention-policy.yaml');
  writeFileSync(file, stringify(policy));
  return file;
}

describe('what policy and the person decide about leaving', () => {
  let app: TestApp;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'account-lifecycle-policy-'));
    app = await startApp({
      env: {
        ...QUICK,
        RETENTION_POLICY_FILE: policyWithToldConsent(dir),
        DEREGISTRATION_AUTO_APPROVAL: 'true',
        DEREGISTRATION_AUTO_APPROVAL_SAMPLE: '0',
      },
    });
  });
  afterAll(async () => {
    await app.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const withObjection = async (phone: string): Promise<Awaited<ReturnType<typeof signIn>>> => {
    await openAccount(app, phone);
    const person = await signIn(app, phone);
    expect((await person.http.put('/v1/accounts/me/data-use-objection', { objects: true })).status).toBeLessThan(300);
    return person;
  };
  const asked = async (person: { http: TestApp['http'] }): Promise<{ recordClass: string; digest: string }[]> => {
    const preview = await person.http.get<{ needsAgreement: { recordClass: string; digest: string }[] }>(
      `${ME}/preview`,
    );
    return preview.body.needsAgreement;
  };
  const retained = (accountId: string) =>
    app.db.query<{ record_class: string }>(
      `SELECT record_class FROM retained_records WHERE account_id = $1 AND record_class = 'account_preference'`,
      [accountId],
    );

  it('keeps a told_consent class only with agreement to exactly the words told, and records them', async () => {
    const phone = freshPhone();
    const person = await withObjection(phone);
    const [told] = await asked(person);
    expect(told).toMatchObject({ recordClass: 'account_preference', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const other = { recordClass: 'account_preference', digest: '0'.repeat(64) };
    expect((await tryApply(app, person, phone, { agreed: [other] })).body).toMatchObject({ code: 'told_text_changed' });
    app.clock.advance(61_000);
    const leaver = await applyAs(app, person, phone, { agreed: [told] });
    const [row] = await app.db.query('SELECT told_consents FROM deregistrations WHERE id = $1', [leaver.id]);
    expect(row).toMatchObject({
      told_consents: [{ ...told, told: { reason: { zh: '便于您日后恢复设置。' } }, agreedAt: expect.any(String) }],
    });
    // Kind, reason, for how long and for whom (YD/T 6221-2024, 10.2), as the person and as whoever reviews it can read.
    const agreed = [
      {
        ...told,
        title: { zh: expect.any(String) },
        reason: { zh: '便于您日后恢复设置。' },
        basis: { kind: 'told_consent' },
        period: 'P1Y',
        readers: ['legal'],
        until: expect.stringMatching(/^\d{4}-/),
      },
    ];
    expect((await person.http.get(ME)).body).toMatchObject({ agreed });
    expect(await see(app, leaver.id)).toMatchObject({ agreed });
    await finish(leaver.id);
    expect(await retained(leaver.accountId)).toHaveLength(1);
  });

  it('erases it where the person said nothing: saying no is no obstacle', async () => {
    const phone = freshPhone();
    const person = await withObjection(phone);
    expect(await asked(person)).toHaveLength(1);
    const leaver = await applyAs(app, person, phone);
    await finish(leaver.id);
    expect(await retained(leaver.accountId)).toEqual([]);
    expect(await app.db.query('SELECT 1 FROM data_use_objections WHERE account_id = $1', [leaver.accountId])).toEqual(
      [],
    );
  });

  it('drops the proof of identity with the check: no code of it is left, and it opens nothing again', async () => {
    const leaver = await apply(app);
    const proofs = await app.db.query(
      `SELECT 1 FROM verification_codes WHERE purpose = 'deregistration' AND account_id = $1`,
      [leaver.accountId],
    );
    expect(proofs).toEqual([]);
  });

  it('approves by itself where every condition holds, and says which', async () => {
    const leaver = await apply(app);
    await toReview(app);
    const seen = await see(app, leaver.id);
    expect(seen).toMatchObject({
      state: 'approved',
      decidedBy: { id: 'account-lifecycle' },
      automatic: { approve: true, sampled: false },
    });
    // PIPL 24(3): the person reads that no person decided, and on what; so do audit log and event.
    const conditions = ['no_obstacle', 'no_hold', 'no_open_case', 'not_sanctioned', 'adult', 'own_request'].map(
      (condition) => ({ condition, met: true }),
    );
    expect((await leaver.http.get(ME)).body).toMatchObject({ automatic: conditions });
    const [told] = await app.db.query<{ data: object }>(
      `SELECT data FROM outbox_events WHERE type = 'deregistration.approved' AND subject_id = $1`,
      [leaver.id],
    );
    expect(told).toMatchObject({ data: { conditions } });
    expect(await app.db.query('SELECT 1 FROM review_tasks WHERE subject_id = $1', [leaver.id])).toEqual([]);
  });

  it('leaves to people what does not meet them: somebody under a legal hold', async () => {
    const leaver = await apply(app);
    await app.get(Transactor).run((tx) =>
      app.get(RetentionService).placeHold(
        tx,
        {
          accountId: leaver.accountId,
          reason: '调查',
          authority: '某市公安局',
          reference: 'X-3',
          reviewAt: new Date(app.clock.now().getTime() + 86_400_000),
        },
        { kind: 'staff', id: 'legal-1', role: 'legal' },
      ),
    );
    await toReview(app);
    const seen = await see(app, leaver.id);
    expect(seen).toMatchObject({ state: 'in_review', automatic: { approve: false } });
    expect(seen.automatic).toMatchObject({
      conditions: expect.arrayContaining([
        { condition: 'no_hold', met: false },
        { condition: 'adult', met: true },
      ]),
    });
    expect((await leaver.http.get(ME)).body).toMatchObject({ automatic: null });
    expect(await app.db.query('SELECT 1 FROM review_tasks WHERE subject_id = $1', [leaver.id])).toHaveLength(1);
  });

  it('MIN-4 a guardian’s proven wish opens the ward’s application; it is never approved by itself', async () => {
    const ward = await openAccount(app, freshPhone(), { birthDate: '2012-05-17' });
    const guardian = { kind: 'guardian', id: newId() } as const;
    await app.get(Transactor).run((tx) => app.get(DeregistrationService).applyForWard(tx, ward.id, guardian));
    const found = await app.db.query<{ id: string; state: string; requested_by: { kind: string } }>(
      'SELECT id, state, requested_by FROM deregistrations WHERE account_id = $1',
      [ward.id],
    );
    expect(found).toMatchObject([{ state: 'cooling_off', requested_by: { kind: 'guardian' } }]);
    await toReview(app);
    expect(await see(app, found[0]?.id ?? '')).toMatchObject({
      state: 'in_review',
      automatic: { conditions: expect.arrayContaining([{ condition: 'own_request', met: false }]) },
    });
  });

  it('REG-4 relatives of somebody who died: opened with evidence, told to the number, decided by somebody else, never by itself', async () => {
    const phone = freshPhone();
    const account = await openAccount(app, phone);
    const legal = await staff(app, 'lei');
    const asked = {
      accountId: account.id,
      relationship: '配偶',
      evidence: '死亡证明 2026-云-0417，存 L-2026-88',
      interest: '避免账号被他人冒用',
    };
    const unseen = await legal.post('/v1/deregistrations', { ...asked, noOtherArrangement: false });
    expect(unseen).toMatchObject({ status: 409, body: { code: 'holder_arranged_otherwise' } });
    const ask = (): Promise<Answer> =>
      legal.post(
        '/v1/deregistrations',
        { ...asked, noOtherArrangement: true },
        { headers: { 'idempotency-key': phone } },
      );
    const opened = await ask();
    expect(opened).toMatchObject({
      status: 201,
      body: { dueDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), coolingOffEndsAt: expect.stringMatching(/Z$/) },
    });
    expect((await ask()).body).toEqual(opened.body);
    await app.drain();
    expect(
      app
        .get(MessageInbox)
        .to(phone)
        .map((m) => m.template),
    ).toContain('deregistration_opened');
    const id = String(opened.body['id']);
    await toReview(app);
    expect(await see(app, id)).toMatchObject({
      state: 'in_review',
      requestedBy: 'staff',
      ground: 'holder_deceased',
      reason: expect.stringContaining('L-2026-88'),
      automatic: null,
    });
    expect(await decide(app, id, legal)).toMatchObject({ status: 403, body: { code: 'own_application' } });
    await approve(app, id, 'moli');
    // Whoever holds the number is alive after all: the account is as it was.
    const token = String(opened.body['accessToken']);
    const status = await app.http.get(`/v1/deregistrations/${id}/status`, { headers: { 'receipt-token': token } });
    expect(status.body).toMatchObject({ state: 'approved', withdrawable: true });
    expect((await (await signIn(app, phone)).http.delete(ME)).status).toBe(204);
    expect(await app.db.query('SELECT state FROM accounts WHERE id = $1', [account.id])).toEqual([{ state: 'active' }]);
  });

  it.each([
    [{ DEREGISTRATION_AUTO_APPROVAL_CONDITIONS: '[]' }, /names no condition/],
    [{ DEREGISTRATION_OBLIGATION_FRESHNESS: 'P1Y' }, /obligationFreshness/],
  ])('does not start with %j: no approval without a reason, no obstacle that never ends', async (env, why) => {
    await expect(startApp({ db: app.db, env: { DEREGISTRATION_AUTO_APPROVAL: 'true', ...env } })).rejects.toThrow(why);
  });

  const finish = async (id: string): Promise<void> => {
    await toReview(app);
    for (let i = 0; i < 3; i += 1) {
      app.clock.advance(15_000);
      await app.drain();
    }
    expect(await reach(app, id, 'completed')).toBe('completed');
  };
});
