import { newId } from '../../src/kernel/ids.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';

interface Bulk {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly counts: Record<string, number>;
  readonly sample: { accountId: string }[];
  readonly code?: string;
}

describe('bulk decisions found by what accounts have in common', () => {
  let app: TestApp;
  let mod: Moderation;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    mod = new Moderation(app);
  });
  afterAll(() => app.stop());

  const order = {
    note: 'One ring.',
    decision: {
      clauses: ['2.3(3)'],
      actions: [{ type: 'suspension', duration: 'P7D' }],
      statementOfReasons: { facts: 'Many accounts from one device.', explanation: '协议第2.3(3)条禁止批量注册。' },
      deviationReason: 'A ring.',
    },
  };
  const propose = async (more: object) =>
    (await mod.as('alice')).post<Bulk>('/v1/bulk-decisions', { ...order, ...more });

  it('by clause and reports, by links with their reasons, by the time they were opened; never everybody by accident', async () => {
    const early = await openAccount(app);
    app.clock.advance(86_400_000);
    const phone = freshPhone();
    const first = await openAccount(app, phone);
    const second = await openAccount(app);
    // The number of the first goes to the second; and the two were registered with one device.
    await app.db.query(
      `INSERT INTO released_identifiers (id, account_id, kind, blind_index, value, claimed_at, released_at, reason)
       SELECT gen_random_uuid(), $1, kind, blind_index, value, claimed_at, now(), 'changed' FROM identifier_claims WHERE account_id = $2`,
      [second.id, first.id],
    );
    for (const account of [first, second, early]) {
      await app.db.query(
        `INSERT INTO registration_decisions (id, at, registration_id, account_id, stage, outcome, fired, facts, keys, policy_version, policy_digest)
         VALUES (gen_random_uuid(), now(), gen_random_uuid(), $1, 'proof', 'allow', '[]', '{}', $2::jsonb, '1', 'x')`,
        [account.id, JSON.stringify(account === early ? { subnet: 'n1' } : { device: 'd1', subnet: 'n1' })],
      );
    }
    const detail = await (
      await mod.as('alice')
    ).get<{ links: { accountId: string; reasons: { kind: string }[] }[] }>(
      `/v1/cases/${await mod.openCase(first.id, '2.3(3)')}`,
    );
    const why = Object.fromEntries(detail.body.links.map((l) => [l.accountId, l.reasons.map((r) => r.kind)]));
    expect(why).toEqual({
      [second.id]: ['shared_phone', 'same_device', 'same_subnet'],
      [early.id]: ['same_subnet'],
    });
    const found = async (select: object): Promise<string[]> =>
      (await propose({ select, dryRun: true })).body.sample.map((item) => item.accountId).sort();
    expect(await found({ linkedTo: first.id })).toEqual([first.id, second.id].sort());
    expect(await found({ linkedTo: first.id, linkKinds: ['same_subnet'] })).toHaveLength(3);
    expect(await found({ clause: '2.3(3)' })).toEqual([first.id]);
    const opened = new Date(app.clock.now().getTime() - 3_600_000).toISOString();
    expect(await found({ createdTo: opened })).toEqual([early.id]);
    expect(await found({ createdFrom: opened, linkedTo: first.id })).toEqual([first.id, second.id].sort());
    expect((await propose({ select: { leastReports: 9 } })).body.code).toBe('bulk_selection_empty');
    expect((await propose({ select: {} })).body.code).toBe('bulk_selection_invalid');
    expect((await propose({})).body.code).toBe('bulk_selection_invalid');
  });

  it('takes an upload of ten thousand, and not one more; other routes keep the usual limit of a body', async () => {
    const ids = Array.from({ length: 10_001 }, () => newId());
    const most = await propose({ accountIds: ids.slice(1) });
    expect(most.status).toBe(201);
    expect(most.body).toMatchObject({ state: 'awaiting_approval', total: 10_000, counts: { waiting: 10_000 } });
    expect((await propose({ accountIds: ids })).status).toBe(400);
    const huge = { subjectAccountId: ids[0], clause: '2.3(3)', note: 'x'.repeat(400_000) };
    expect((await (await mod.as('alice')).post('/v1/cases', huge)).status).toBe(413);
    const sam = await mod.as('sam', 'senior_moderator');
    const declined = await sam.post(`/v1/bulk-decisions/${most.body.id}/approval`, { approved: false, note: 'No.' });
    expect(declined.body).toMatchObject({ state: 'declined' });
  });

  it('whoever agreed to a bulk decision does not hear the appeal of one whom it hit', async () => {
    const subject = await openAccount(app);
    const others = await Promise.all(Array.from({ length: 50 }, () => openAccount(app)));
    const bulk = await propose({ accountIds: [subject, ...others].map((a) => a.id) });
    const sam = await mod.as('sam', 'senior_moderator');
    const path = `/v1/bulk-decisions/${bulk.body.id}`;
    await sam.post(`${path}/approval`, { approved: true, note: 'Yes.' });
    await app.drain();
    const [decision] = await app.db.query<{ id: string }>('SELECT id FROM decisions WHERE account_id = $1', [
      subject.id,
    ]);
    const shown = await sam.get<{ approvedBy: string; statementOfReasons: object }>(`/v1/decisions/${decision?.id}`);
    expect(shown.body).toMatchObject({ approvedBy: 'sam', statementOfReasons: { approvedByRole: 'senior_moderator' } });
    const rita = await mod.as('rita');
    const appeal = await rita.post<{ id: string }>('/v1/appeals', { decisionId: decision?.id, text: 'One too many.' });
    const overturn = { outcome: 'overturned', answer: 'It was not one of them.' };
    const answer = (by: typeof sam) => by.post<{ code: string }>(`/v1/appeals/${appeal.body.id}/decision`, overturn);
    expect((await answer(sam)).body.code).toBe('other_reviewer_required');
    expect((await answer(await mod.as('bea'))).status).toBe(200);
  });

  it('a thousand accounts, each its own small transaction, while another moderator decides without waiting', async () => {
    const from = app.clock.now().toISOString();
    for (let i = 0; i < 20; i += 1) await Promise.all(Array.from({ length: 50 }, () => openAccount(app)));
    const to = new Date(app.clock.now().getTime() + 1).toISOString();
    const bulk = await propose({ select: { createdFrom: from, createdTo: to } });
    expect(bulk.body).toMatchObject({ state: 'awaiting_approval', total: 1000 });
    const other = await mod.openCase((await openAccount(app)).id);
    const sam = await mod.as('sam', 'senior_moderator');
    const path = `/v1/bulk-decisions/${bulk.body.id}`;
    await sam.post(`${path}/approval`, { approved: true, note: 'Yes.' });
    let running = true;
    const draining = app.drain().finally(() => {
      running = false;
    });
    const before = performance.now();
    const decided = await mod.decide(other, [{ type: 'warning' }]);
    const waited = performance.now() - before;
    expect(decided.status).toBe(201);
    expect(running).toBe(true);
    expect(waited).toBeLessThan(5000);
    await draining;
    const shown = (await sam.get<Bulk>(path)).body;
    expect(shown).toMatchObject({ state: 'done', counts: { done: 1000 } });
    const sanctions = await app.db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM sanctions s JOIN bulk_items b USING (account_id) WHERE b.bulk_id = $1 AND s.state = 'active'`,
      [bulk.body.id],
    );
    expect(sanctions).toEqual([{ n: 1000 }]);
  }, 180_000);
});
