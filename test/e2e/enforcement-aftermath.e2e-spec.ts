import type { StaffRole } from '../../src/platform/http/operation.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

describe('what follows a case (7.1): authorities and losses', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
  });
  afterAll(() => app.stop());
  const as = async (name: string, role: StaffRole): Promise<HttpClient> =>
    app.http.with(await staffToken(app, role, name));
  const open = async (): Promise<{ caseId: string; accountId: string }> => {
    const { id } = await openAccount(app);
    const alice = await as('alice', 'moderator');
    const opened = await alice.post<{ id: string }>('/v1/cases', {
      subjectAccountId: id,
      clause: '3.3(5)',
      note: 'Seen.',
    });
    return { caseId: opened.body.id, accountId: id };
  };

  const followUps = (referralId: string) =>
    app.db.query(
      `SELECT state, due_at FROM review_tasks WHERE subject_id = $1 AND kind = 'referral_followup' ORDER BY created_at`,
      [referralId],
    );

  it('reports to the authority within 24 hours, after a second person agreed, with a manifest of hashes', async () => {
    const { caseId, accountId } = await open();
    const holds = () =>
      app.db.query('SELECT 1 FROM legal_holds WHERE account_id = $1 AND case_id = $2 AND released_at IS NULL', [
        accountId,
        caseId,
      ]);
    const report = {
      direction: 'report',
      authority: '网安支队',
      legalGround: '网络安全法 49',
      note: 'Calls for attacks.',
    };
    const lena = await as('lena', 'legal');
    const proposed = await lena.post<{ id: string; dueAt: string; manifest: object[] }>(
      `/v1/cases/${caseId}/referrals`,
      report,
    );
    expect(proposed.status).toBe(201);
    expect(proposed.body.manifest).toHaveLength(1);
    expect(new Date(proposed.body.dueAt).getTime() - app.clock.now().getTime()).toBeLessThanOrEqual(24 * 3_600_000);
    const path = `/v1/referrals/${proposed.body.id}`;
    expect(await holds()).toHaveLength(1);
    const sent = { kind: 'sent', text: 'By courier.' };
    expect((await lena.post(`${path}/entries`, sent)).body['code']).toBe('wrong_state');
    expect((await lena.post(`${path}/approval`, { approved: true, note: 'Mine.' })).body['code']).toBe(
      'second_person_required',
    );
    const paul = await as('paul', 'legal');
    expect((await paul.post(`${path}/approval`, { approved: true, note: 'Yes.' })).body).toMatchObject({
      state: 'approved',
    });
    // Agreed to is not sent: until somebody has, it lies in the queue under the clock of the law.
    expect(await followUps(proposed.body.id)).toEqual([{ state: 'open', due_at: new Date(proposed.body.dueAt) }]);
    expect((await lena.post(`${path}/entries`, sent)).body).toMatchObject({ state: 'sent' });
    expect(await followUps(proposed.body.id)).toMatchObject([{ state: 'done' }]);
    const answered = await lena.post<{ entries: { checksum: string }[] }>(`${path}/entries`, {
      kind: 'received',
      text: 'Taken up.',
      close: true,
    });
    expect(answered.body).toMatchObject({ state: 'closed' });
    expect(await holds()).toEqual([]);
    expect(answered.body.entries).toHaveLength(4);
    const held = await app.db.query('SELECT 1 FROM case_evidence WHERE case_id = $1 AND held_since IS NOT NULL', [
      caseId,
    ]);
    expect(held).toHaveLength(1);
  });

  it('a report that nobody agrees to lapses, stays preserved and lies with somebody, who proposes it again; agreed to, it can be dropped', async () => {
    const { caseId } = await open();
    const alice = await as('alice', 'moderator');
    const lena = await as('lena', 'legal');
    const paul = await as('paul', 'legal');
    const report = {
      direction: 'report',
      authority: '网安支队',
      legalGround: '网络安全法 49',
      note: 'Calls for attacks.',
    };
    const { body } = await alice.post<{ id: string; lapsesAt: string }>(`/v1/cases/${caseId}/referrals`, report);
    const path = `/v1/referrals/${body.id}`;
    const holds = () => app.db.query('SELECT 1 FROM legal_holds WHERE case_id = $1 AND released_at IS NULL', [caseId]);
    const again = { outcome: 'proposed_again', text: 'The matter stands.' };
    expect((await lena.post(`${path}/follow-up`, again)).body['code']).toBe('wrong_state');
    app.clock.advance(new Date(body.lapsesAt).getTime() - app.clock.now().getTime() - 60_000);
    await app.drain();
    expect((await lena.get(path)).body).toMatchObject({ state: 'awaiting_approval' });
    app.clock.advance(60_001);
    await app.drain();
    expect((await lena.get(path)).body).toMatchObject({ state: 'lapsed', lapsesAt: null, overdue: true });
    expect((await paul.post(`${path}/approval`, { approved: true, note: 'Yes.' })).body['code']).toBe(
      'not_awaiting_approval',
    );
    expect(await holds()).toHaveLength(1);
    expect(await followUps(body.id)).toMatchObject([{ state: 'open' }]);
    // Nothing leaves that nobody agreed to.
    expect((await lena.post(`${path}/follow-up`, { outcome: 'sent', text: 'By courier.' })).body['code']).toBe(
      'wrong_state',
    );
    expect((await lena.post(`${path}/follow-up`, again)).body).toMatchObject({
      state: 'awaiting_approval',
      proposedBy: 'lena',
    });
    expect((await lena.post(`${path}/approval`, { approved: true, note: 'Mine.' })).body['code']).toBe(
      'second_person_required',
    );
    expect((await paul.post(`${path}/approval`, { approved: true, note: 'Yes.' })).body).toMatchObject({
      state: 'approved',
    });
    expect(await followUps(body.id)).toMatchObject([{ state: 'done' }, { state: 'open' }]);
    const dropped = await lena.post(`${path}/follow-up`, { outcome: 'dropped', text: 'They have it already.' });
    expect(dropped.body).toMatchObject({ state: 'declined', entries: [{}, {}, {}, { text: 'They have it already.' }] });
    expect(await followUps(body.id)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    expect(await holds()).toEqual([]);
  });

  it('keeps a ledger of losses: the same payment once, never more than is due', async () => {
    const { caseId, accountId } = await open();
    const lena = await as('lena', 'legal');
    const claim = await lena.post<{ id: string }>(`/v1/cases/${caseId}/claims`, {
      kind: 'lawyer',
      amountMinor: 100_000,
      currency: 'CNY',
    });
    expect(claim.status).toBe(201);
    const pay = (amountMinor: number, reference: string) =>
      lena.post(`/v1/claims/${claim.body.id}/payments`, { amountMinor, reference });
    await Promise.all([1, 2, 3, 4].map(() => pay(40_000, 'B-1')));
    expect((await pay(70_000, 'B-2')).body['code']).toBe('payment_too_high');
    expect((await pay(60_000, 'B-3')).body).toMatchObject({ state: 'paid', paidMinor: '100000' });
    const totals = await lena.get(`/v1/accounts/${accountId}/claim-totals`);
    expect(totals.body).toEqual({ items: [{ currency: 'CNY', claimedMinor: '100000', paidMinor: '100000' }] });
  });

  it('decides about many at once: dry run changes nothing, over the limit two people, each item its own outcome, reversed as one', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, async () => (await openAccount(app)).id));
    const alice = await as('alice', 'moderator');
    const order = {
      accountIds: ids,
      note: 'One ring.',
      decision: {
        clauses: ['2.3(3)'],
        actions: [{ type: 'suspension', duration: 'P7D' }],
        statementOfReasons: { facts: 'Sixty accounts from one device.', explanation: '协议第2.3(3)条禁止批量注册。' },
      },
    };
    const dry = await alice.post<{ total: number; sample: { state: string }[] }>('/v1/bulk-decisions', {
      ...order,
      dryRun: true,
    });
    expect(dry.body).toMatchObject({ id: null, total: 60 });
    expect(dry.body.sample.every((item) => item.state === 'done')).toBe(true);
    expect(await app.db.query('SELECT 1 FROM sanctions WHERE account_id = ANY($1)', [ids])).toEqual([]);
    // One of them is suspended already: its item is refused, the others go on.
    const opened = await alice.post<{ id: string }>('/v1/cases', {
      subjectAccountId: ids[0],
      clause: '3.5(1)',
      note: 'Seen.',
    });
    await alice.post(`/v1/cases/${opened.body.id}/decisions`, { ...order.decision, clauses: ['3.5(1)'] });
    // Each refusal says what does not fit, in the rehearsal and afterwards.
    const suspended = { accountId: ids[0], state: 'refused', problem: 'already_suspended' };
    const [first] = (await alice.post<typeof dry.body>('/v1/bulk-decisions', { ...order, dryRun: true })).body.sample;
    expect(first).toMatchObject(suspended);
    const bulk = await alice.post<{ id: string }>('/v1/bulk-decisions', order);
    expect(bulk.body).toMatchObject({ state: 'awaiting_approval', total: 60 });
    const path = `/v1/bulk-decisions/${bulk.body.id}`;
    const sam = await as('sam', 'senior_moderator');
    expect((await sam.post(`${path}/approval`, { approved: true, note: 'Yes.' })).body).toMatchObject({
      state: 'running',
    });
    await app.drain();
    expect((await sam.get(path)).body).toMatchObject({ state: 'done', counts: { done: 59, refused: 1 } });
    const items = (await sam.get<{ items: { state: string }[] }>(`${path}/items?limit=100`)).body.items;
    expect(items.filter((item) => item.state === 'refused')).toMatchObject([suspended]);
    await sam.post(`${path}/reversal`);
    await app.drain();
    expect((await sam.get(path)).body).toMatchObject({ state: 'reversed', counts: { reversed: 59, refused: 1 } });
    const live = await app.db.query(
      `SELECT account_id FROM sanctions WHERE account_id = ANY($1) AND state = 'active'`,
      [ids],
    );
    expect(live).toEqual([{ account_id: ids[0] }]);
  });
});
