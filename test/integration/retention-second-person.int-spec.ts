import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { sealExpired } from '../support/retention.js';
import { staffToken } from '../support/tokens.js';

interface Run {
  readonly id: string;
  readonly code?: string;
  readonly state: string;
  readonly policyVersion: string;
  readonly asOf: string;
  readonly reportSha256: string;
  readonly proposal: { by: string } | null;
  readonly startedRunId: string | null;
  readonly basedOn: string | null;
  readonly actions: string[];
  readonly totals: { due: number; erased: number };
  readonly changed?: { recordClass: string; then: { due: number }; now: { due: number } }[];
}

describe('a run that a person wants (C27)', () => {
  let app: TestApp;
  let erin: HttpClient;
  let oscar: HttpClient;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api', RETENTION_SCHEDULED_RUNS: 'false' } });
    [erin, oscar] = (await Promise.all(
      ['erin', 'oscar'].map(async (name) => app.http.with(await staffToken(app, 'ops', name))),
    )) as [HttpClient, HttpClient];
  });
  afterAll(() => app.stop());

  const read = async (id: string, by = erin): Promise<Run> => (await by.get<Run>(`/v1/retention/runs/${id}`)).body;
  async function dryRun(): Promise<Run> {
    const asked = await erin.post<Run>('/v1/retention/runs', { dryRun: true });
    await app.drain();
    return read(asked.body.id);
  }
  const start = (dry: Run, by: HttpClient, more: object = {}) =>
    by.post<Run>(`/v1/retention/runs/${dry.id}/start`, {
      confirm: dry.policyVersion,
      reportSha256: dry.reportSha256,
      ...more,
    });

  it('is not started by one person alone, whatever they send', async () => {
    const at = await erin.post<Run>('/v1/retention/runs', { dryRun: false });
    expect([at.status, at.body.code]).toEqual([403, 'run_second_person_required']);
    const dry = await dryRun();
    expect(dry.actions).toEqual(['propose']);
    expect((await start(dry, oscar)).body.code).toBe('run_not_proposable');
    const typo = await erin.post<Run>(`/v1/retention/runs/${dry.id}/proposal`, { confirm: 'yes' });
    expect([typo.status, typo.body.code]).toEqual([422, 'run_confirmation_wrong']);
    const proposed = await erin.post<Run>(`/v1/retention/runs/${dry.id}/proposal`, { confirm: dry.policyVersion });
    expect([proposed.status, proposed.body.proposal?.by, proposed.body.actions]).toEqual([200, 'erin', []]);
    expect((await read(dry.id, oscar)).actions).toEqual(['start']);
    expect((await start(dry, erin)).body.code).toBe('run_second_person_required');
  });

  it('carries out exactly what was counted, once', async () => {
    await sealExpired(app, 'access_log');
    await sealExpired(app, 'access_log');
    const dry = await dryRun();
    expect(dry.totals.due).toBe(2);
    // What it means is seen before it is asked for: some of it, whose, and as of when.
    const sample = await erin.get<{ items: { recordClass: string; subject: string; held: boolean }[] }>(
      `/v1/retention/runs/${dry.id}/sample`,
    );
    const subjects = await app.db.query<{ account_id: string }>('SELECT account_id FROM retained_records');
    expect(sample.body.items.map((i) => [i.recordClass, i.held])).toEqual(Array(2).fill(['access_log', false]));
    expect(sample.body.items.map((i) => i.subject).sort()).toEqual(subjects.map((s) => s.account_id).sort());
    expect(new Date(dry.asOf).getTime()).toBeLessThanOrEqual(app.clock.now().getTime());
    await erin.post(`/v1/retention/runs/${dry.id}/proposal`, { confirm: dry.policyVersion });
    app.clock.advance(60_000);
    const both = await Promise.all([start(dry, oscar), start(dry, oscar)]);
    expect(both.map((b) => b.status)).toEqual([202, 202]);
    expect(new Set(both.map((b) => b.body.id)).size).toBe(1);
    await app.drain();
    const run = await read(both[0]!.body.id);
    expect([run.state, run.basedOn, run.totals.erased]).toEqual(['completed', dry.id, 2]);
    expect((await read(dry.id)).startedRunId).toBe(run.id);
  });

  it('is refused with what changed when anything did since', async () => {
    await sealExpired(app, 'access_log');
    const dry = await dryRun();
    expect(dry.totals.due).toBe(1);
    await erin.post(`/v1/retention/runs/${dry.id}/proposal`, { confirm: dry.policyVersion });
    const carol = app.http.with(await staffToken(app, 'legal', 'carol'));
    const [one] = await app.db.query<{ account_id: string }>(`SELECT account_id FROM retained_records LIMIT 1`);
    const hold = await carol.post('/v1/legal-holds', {
      accountId: one?.account_id,
      reason: '民事纠纷证据保全',
      authority: '北京互联网法院',
      reference: '(2026)京0491民初1号',
      reviewOn: new Date(app.clock.now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10),
    });
    expect(hold.status).toBe(201);
    const refused = await start(dry, oscar);
    expect([refused.status, refused.body.code]).toEqual([409, 'run_changed_since_dry_run']);
    expect(refused.body.changed?.[0]?.recordClass).toBe('access_log');
    const changes = await oscar.get<Run>(`/v1/retention/runs/${dry.id}/changes`);
    expect(changes.body.changed).toEqual(refused.body.changed);
    expect(await app.db.query('SELECT 1 FROM retained_records')).not.toHaveLength(0);
  });
});
