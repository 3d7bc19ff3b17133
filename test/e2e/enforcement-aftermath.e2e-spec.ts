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

  it('reports to the authority within 24 hours, after a second person agreed, with a manifest of hashes', async () => {
    const { caseId } = await open();
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
    const sent = { kind: 'sent', text: 'By courier.' };
    expect((await lena.post(`${path}/entries`, sent)).body['code']).toBe('wrong_state');
    expect((await lena.post(`${path}/approval`, { approved: true, note: 'Mine.' })).body['code']).toBe(
      'second_person_required',
    );
    const paul = await as('paul', 'legal');
    expect((await paul.post(`${path}/approval`, { approved: true, note: 'Yes.' })).body).toMatchObject({
      state: 'approved',
    });
    expect((await lena.post(`${path}/entries`, sent)).body).toMatchObject({ state: 'sent' });
    const answered = await lena.post<{ entries: { checksum: string }[] }>(`${path}/entries`, {
      kind: 'received',
      text: 'Taken up.',
      close: true,
    });
    expect(answered.body).toMatchObject({ state: 'closed' });
    expect(answered.body.entries).toHaveLength(4);
    const held = await app.db.query('SELECT 1 FROM case_evidence WHERE case_id = $1 AND held_since IS NOT NULL', [
      caseId,
    ]);
    expect(held).toHaveLength(1);
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
});
