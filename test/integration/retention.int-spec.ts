import { newId } from '../../src/kernel/ids.js';
import { isDomainError } from '../../src/kernel/domain-error.js';
import { RETENTION_ERRORS } from '../../src/modules/retention/retention.errors.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { announce, leave } from '../support/retention.js';
import { staffToken } from '../support/tokens.js';

type Body = Record<string, never>;

describe('retention, over HTTP', () => {
  let app: TestApp;
  let ops: HttpClient;
  let auditor: HttpClient;
  let legal: HttpClient;

  beforeAll(async () => {
    app = await startApp({
      env: {
        RETENTION_PERIODS: '{registration_identity: PT60S}',
        RETENTION_SCHEDULED_RUNS: 'false',
        RETENTION_SECOND_PERSON: 'false',
      },
    });
    ops = app.http.with(await staffToken(app, 'ops', 'olga'));
    auditor = app.http.with(await staffToken(app, 'auditor', 'anna'));
    legal = app.http.with(await staffToken(app, 'legal', 'lei'));
  });
  afterAll(() => app.stop());

  const runToEnd = async (
    dryRun: boolean,
  ): Promise<{
    id: string;
    classes: { recordClass: string; due: number; erased: number; held: number }[];
    reportSha256: string;
  }> => {
    const asked = await ops.post<{ id: string }>('/v1/retention/runs', { dryRun });
    expect(asked.status).toBe(202);
    await app.drain();
    const run = await ops.get<{ state: string }>(`/v1/retention/runs/${asked.body.id}`);
    expect(run.body.state).toBe('completed');
    return run.body as never;
  };
  const lineOf = (run: Awaited<ReturnType<typeof runToEnd>>, name: string) =>
    run.classes.find((c) => c.recordClass === name);

  it('publishes the policy: every kept class with its basis, article, period and readers (DER-4)', async () => {
    const { status, body } = await app.http.get<{ version: string; sha256: string; recordClasses: Body[] }>(
      '/v1/retention/policy',
    );
    expect(status).toBe(200);
    expect(body.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(body.recordClasses.length).toBeGreaterThanOrEqual(3);
    const kept = body.recordClasses.filter((c) => c['atAccountEnd'] !== 'erase') as unknown as {
      basis: { kind: string; references: unknown[] };
    }[];
    expect(kept.every((c) => c.basis.references.length > 0)).toBe(true);
  });

  it('seals what is kept, erases the rest, proves it, lets an auditor read with a purpose, and erases when due', async () => {
    const account = await openAccount(app);
    await signIn(app, account.phone);
    const { plan, deferred } = await leave(app, account.id);
    expect(deferred).toEqual([]);

    const traces = [account.phone, ...app.get(BlindIndex).allVersions('phone', account.phone)];
    const found = await app.get(RetentionService).verifySubject(app.get(Transactor).reader, account.id, traces, plan);
    expect(found.findings).toEqual([]);
    expect(found.columns).toBeGreaterThan(100);

    const register = await auditor.get<{ items: { recordClass: string; id: string }[] }>(
      `/v1/retained-records/register?subject=${account.id}`,
    );
    expect(register.body.items.map((r) => r.recordClass)).toEqual(
      expect.arrayContaining(['access_log', 'registration_identity']),
    );
    const identity = register.body.items.find((r) => r.recordClass === 'registration_identity');

    const withoutPurpose = await auditor.get(`/v1/retained-records?subject=${account.id}`);
    expect(withoutPurpose.status).toBe(400);
    const read = await auditor.get<{
      items: { recordClass: string; data: Record<string, Record<string, string>[]> }[];
    }>(`/v1/retained-records?subject=${account.id}&purpose=annual_audit&reference=AUD-1`);
    const kept = read.body.items.find((r) => r.recordClass === 'registration_identity');
    expect(kept?.data['accounts']?.[0]?.['display_name']).toBe('小鲸');
    expect(kept?.data['identifier_claims']?.[0]?.['value']).toBe(account.phone);

    const reads = await legal.get<{ items: Body[] }>(`/v1/retained-records/${identity?.id}/reads`);
    expect(reads.body.items).toMatchObject([
      { readBy: expect.any(String), role: 'auditor', purpose: 'annual_audit', reference: 'AUD-1' },
    ]);
    expect(
      await app.db.query(`SELECT type FROM audit_events WHERE type = 'retained_record.read' AND account_id = $1`, [
        account.id,
      ]),
    ).not.toEqual([]);

    const before = await runToEnd(false);
    expect(lineOf(before, 'registration_identity')?.erased).toBe(0);
    app.clock.advance(61_000);
    const late = await auditor.get(`/v1/retained-records/${identity?.id}?purpose=annual_audit&reference=AUD-2`);
    expect([late.status, late.body['code']]).toEqual([410, 'retained_record_expired']);

    const dry = await runToEnd(true);
    expect(lineOf(dry, 'registration_identity')).toMatchObject({ due: 1, erased: 0 });
    expect((await app.db.query('SELECT 1 FROM retained_records WHERE id = $1', [identity?.id])).length).toBe(1);

    const run = await runToEnd(false);
    expect(lineOf(run, 'registration_identity')).toMatchObject({ due: 1, erased: 1, held: 0 });
    expect(await app.db.query('SELECT 1 FROM retained_records WHERE id = $1', [identity?.id])).toEqual([]);
    expect(
      (await app.db.query('SELECT 1 FROM retained_record_tombstones WHERE $1 = ANY (record_ids)', [identity?.id]))
        .length,
    ).toBe(1);
    expect(
      (await auditor.get(`/v1/retained-records/${identity?.id}?purpose=annual_audit&reference=AUD-3`)).status,
    ).toBe(404);

    const json = await ops.get<{ sha256: string }>(`/v1/retention/runs/${run.id}/report`);
    expect(json.body.sha256).toBe(run.reportSha256);
    const csv = await ops.get(`/v1/retention/runs/${run.id}/report?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text).toContain('registration_identity,done,1,1,0');
    const html = await ops.get(`/v1/retention/runs/${run.id}/report?format=html`);
    expect(html.text).toContain('<svg');
  });

  it('lets only the roles of the class open a record, and each only so often an hour', async () => {
    const account = await openAccount(app);
    await leave(app, account.id);
    const [record] = await app.db.query<{ id: string }>('SELECT id FROM retained_records WHERE account_id = $1', [
      account.id,
    ]);
    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    const refused = await moderator.get(`/v1/retained-records/${record?.id}?purpose=curiosity&reference=none`);
    expect([refused.status, refused.body['code']]).toEqual([403, 'retained_record_not_readable']);
    const hungry = app.http.with(await staffToken(app, 'auditor', 'hungry'));
    const statuses: number[] = [];
    for (let i = 0; i < 61; i += 1)
      statuses.push((await hungry.get(`/v1/retained-records/${record?.id}?purpose=annual_audit&reference=A`)).status);
    expect(statuses.filter((s) => s === 200).length).toBe(60);
    expect(statuses.at(-1)).toBe(429);
  });

  it('destroys nothing that the erasure ledger does not announce (R9)', async () => {
    const account = await openAccount(app);
    const plan = { planId: newId(), policySha256: app.get(RetentionService).policy.sha256 };
    const work = app
      .get(Transactor)
      .run((tx) => app.get(RetentionService).eraseClassForSubject(tx, account.id, 'audit_detail', plan));
    await expect(work).rejects.toMatchObject({ code: 'erasure_not_announced' });
  });

  it('R8 writes nothing under a destroyed key: a late seal after the shred is refused', async () => {
    const account = await openAccount(app);
    await leave(app, account.id);
    app.clock.advance(61_000);
    await runToEnd(false);
    const plan = await announce(app, account.id);
    const late = app.get(Transactor).run((tx) =>
      app.get(RetentionService).sealRecord(
        tx,
        {
          accountId: account.id,
          recordClass: 'registration_identity',
          data: { late: true },
          triggerAt: app.clock.now(),
        },
        plan,
      ),
    );
    await expect(late.catch((e: unknown) => isDomainError(e, RETENTION_ERRORS.record_key_destroyed))).resolves.toBe(
      true,
    );
    expect(
      await app.db.query(
        `SELECT 1 FROM retained_records WHERE account_id = $1 AND record_class = 'registration_identity'`,
        [account.id],
      ),
    ).toEqual([]);
  });

  it('R7 the expiry of one class leaves the other classes of the subject readable', async () => {
    const account = await openAccount(app);
    await signIn(app, account.phone);
    await leave(app, account.id);
    app.clock.advance(61_000);
    await runToEnd(false);
    const read = await auditor.get<{ items: { recordClass: string; data: unknown }[] }>(
      `/v1/retained-records?subject=${account.id}&purpose=annual_audit&reference=AUD-7`,
    );
    expect(read.body.items.map((r) => r.recordClass)).toEqual(['access_log']);
    expect(read.body.items[0]?.data).not.toBeNull();
  });

  it('takes legal holds only with a scope, a known class and a review date in reach', async () => {
    const order = { reason: 'dispute', authority: '北京互联网法院', reference: 'X-1', reviewOn: '2027-01-01' };
    expect((await legal.post('/v1/legal-holds', order)).body['code']).toBe('legal_hold_scope_empty');
    expect((await legal.post('/v1/legal-holds', { ...order, recordClasses: ['nothing'] })).body['code']).toBe(
      'legal_hold_unknown_class',
    );
    expect(
      (await legal.post('/v1/legal-holds', { ...order, accountId: newId(), reviewOn: '2036-01-01' })).body['code'],
    ).toBe('legal_hold_review_date');
    expect((await ops.post('/v1/legal-holds', { ...order, accountId: newId() })).status).toBe(403);
    const reviewOn = new Date(app.clock.now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
    const placed = await legal.post<{ id: string; scope: string }>('/v1/legal-holds', {
      ...order,
      accountId: newId(),
      reviewOn,
    });
    expect([placed.status, placed.body.scope]).toEqual([201, 'subject']);
    expect((await legal.delete(`/v1/legal-holds/${placed.body.id}`)).status).toBe(200);
    expect((await legal.delete(`/v1/legal-holds/${placed.body.id}`)).body['code']).toBe('legal_hold_released');
  });
});
