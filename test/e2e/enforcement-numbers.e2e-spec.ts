import type { EnforcementStatisticsDto as Statistics } from '../../src/modules/enforcement/numbers/statistics.dto.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';

interface Report {
  readonly sections: { name: string; total: number | null; cells: { key: string; count: number | null }[] }[];
  readonly overturnRate: number | null;
}

describe('numbers of enforcement, from a history that was really lived', () => {
  let app: TestApp;
  let mod: Moderation;
  const subjects: string[] = [];
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    mod = new Moderation(app);
    // Six warnings by alice and two suspensions by bob, each an hour after its case; one closure declined by sam.
    for (let i = 0; i < 9; i += 1) {
      const { id } = await openAccount(app);
      subjects.push(id);
      const caseId = await mod.openCase(id);
      app.clock.advance(3_600_000);
      const actions =
        i < 6 ? [{ type: 'warning' }] : i < 8 ? [{ type: 'suspension', duration: 'P7D' }] : [{ type: 'closure' }];
      const { body } = await mod.decide(caseId, actions, {}, i < 6 ? 'alice' : 'bob');
      const sam = await mod.as('sam', 'senior_moderator');
      if (i === 8) await sam.post(`/v1/decisions/${body.id}/approval`, { approved: false, note: 'Too much.' });
      if (i < 2) {
        const own = await sam.post<{ id: string }>('/v1/appeals', { decisionId: body.id, text: 'Look again.' });
        const outcome = i === 0 ? 'overturned' : 'upheld';
        await (await mod.as('bea')).post(`/v1/appeals/${own.body.id}/decision`, { outcome, answer: 'Looked.' });
      }
    }
    app.clock.advance(1000);
  });
  afterAll(() => app.stop());

  const day = (offset: number): string =>
    new Date(app.clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10);

  const dueCase = async (accountId: string): Promise<{ id: string; dueAt: string }> => {
    const id = await mod.openCase(accountId);
    return { id, dueAt: (await (await mod.as('alice')).get<{ dueAt: string }>(`/v1/cases/${id}`)).body.dueAt };
  };

  it('tells leads what waits, how long it takes, what is done and how often we were wrong', async () => {
    const lead = await mod.as('sam', 'senior_moderator');
    const { body } = await lead.get<Statistics>(`/v1/enforcement/statistics?from=${day(-2)}&to=${day(1)}`);
    expect(body.timeToDecision).toMatchObject({ count: 9, median: 3600 });
    expect(body.measures).toEqual([
      { key: 'warning', count: 6 },
      { key: 'suspension', count: 2 },
    ]);
    // The declined one is back in the queue.
    expect(body.queueAge).toMatchObject({ count: 1 });
    expect(body.backlog).toMatchObject([{ key: '3.3(9)', count: 1, overdue: 0 }]);
    expect(body.queueBands).toMatchObject([
      { fromHours: 0, toHours: 4, count: 1 },
      { fromHours: 4, toHours: 24, count: 0 },
      { fromHours: 24 },
      { fromHours: 72 },
      { fromHours: 168, toHours: null, count: 0 },
    ]);
    expect(body.timeToDecision.byClause).toMatchObject([{ key: '3.3(9)', count: 9, median: 3600 }]);
    expect(body.measuresByClause).toContainEqual({ key: '3.3(9)', measure: 'warning', count: 6 });
    expect(body.decisions.inBulk).toBe(0);
    expect(body.appeals).toMatchObject({ filed: [{ key: 'own_motion', count: 2 }], overturnRate: 50 });
    expect(body.appeals.byClause).toEqual([{ key: '3.3(9)', count: 2, changed: 1 }]);
    // Two moderators: each would read the other's number off their own. One second opinion: it would say whose.
    expect(body.moderators).toEqual({
      moderators: 2,
      median: null,
      most: null,
      least: null,
      perPerson: [],
      agreementRate: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/alice|bob|sam|bea/);
  });

  it('publishes a report without small counts and without anybody in it, as JSON, CSV and a page with charts', async () => {
    const path = `/v1/transparency-reports?from=${day(-2)}&to=${day(1)}`;
    const { body } = await app.http.get<Report>(path);
    const section = (name: string) => body.sections.find((s) => s.name === name);
    expect(section('decisions_by_clause')).toMatchObject({ total: 8, cells: [{ key: '3.3(9)', count: 8 }] });
    // Two suspensions are too few; the warnings go with them, or the total would tell.
    expect(section('measures')).toEqual({
      name: 'measures',
      total: 8,
      cells: [
        { key: 'warning', count: null },
        { key: 'suspension', count: null },
      ],
    });
    expect(section('appeals_answered')).toMatchObject({ total: null });
    expect(body.overturnRate).toBeNull();
    const csv = await app.http.get(`${path}&format=csv`);
    expect(csv.text).toContain('decisions_by_clause,3.3(9),8\r\n');
    const html = (await app.http.get(`${path}&format=html`, { headers: { 'accept-language': 'en' } })).text;
    expect(html).toContain('<svg role="img"');
    expect(html).toContain('Decisions by clause');
    expect(html).not.toContain('<script');
    for (const text of [JSON.stringify(body), csv.text, html]) {
      expect(text).not.toMatch(/alice|bob|sam/);
      for (const id of subjects) expect(text).not.toContain(id);
    }
  });

  it('shows each clause week by week, and what was answered in time', async () => {
    const lead = await mod.as('sam', 'senior_moderator');
    const { body } = await lead.get<Statistics>(`/v1/enforcement/statistics?from=${day(-9)}&to=${day(1)}`);
    expect(body.weeks.length).toBeGreaterThanOrEqual(2);
    for (const week of body.weeks) expect(new Date(`${week}T00:00:00Z`).getUTCDay()).toBe(1);
    const [line] = body.trend;
    expect(line?.key).toBe('3.3(9)');
    const sum = (counts: number[] | undefined): number => (counts ?? []).reduce((a, b) => a + b, 0);
    expect([sum(line?.opened), sum(line?.decided), sum(line?.changedOnAppeal)]).toEqual([9, 8, 1]);
    expect(line?.opened).toHaveLength(body.weeks.length);
    expect(body.inTime.cases).toEqual({ kept: 9, missed: 0, rate: 100 });
    expect(body.inTime.appeals).toEqual({ kept: 2, missed: 0, rate: 100 });

    // One more, answered a day after it was due; and one dismissed in time.
    const [late, early] = subjects.slice(0, 2);
    const { dueAt, id } = await dueCase(late ?? '');
    app.clock.set(new Date(new Date(dueAt).getTime() + 86_400_000));
    await mod.decide(id, [{ type: 'warning' }]);
    const other = await dueCase(early ?? '');
    await mod.tell(other.id, 'dismissal', { reason: 'Nothing in it.' });
    app.clock.advance(1000);
    const after = await lead.get<Statistics>(`/v1/enforcement/statistics?from=${day(-9)}&to=${day(1)}`);
    expect(after.body.inTime.cases).toMatchObject({ kept: 10, missed: 1 });
    expect(after.body.inTime.byClause).toMatchObject([{ key: '3.3(9)', kept: 10, missed: 1, rate: 91 }]);
  });

  it('refuses periods that end before they begin or last too long, and strangers the inner numbers', async () => {
    const bad = await app.http.get<{ code: string }>('/v1/transparency-reports?from=2026-05-01&to=2026-04-01');
    expect(bad.body.code).toBe('period_invalid');
    const long = await app.http.get<{ code: string }>('/v1/transparency-reports?from=2020-01-01&to=2026-04-01');
    expect(long.body.code).toBe('period_invalid');
    expect((await app.http.get<{ code: string }>('/v1/transparency-reports?from=2026-02-31')).status).toBe(422);
    expect((await app.http.get('/v1/enforcement/statistics')).status).toBe(401);
  });
});
