import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';

interface Spread {
  readonly count: number;
  readonly median: number | null;
}
interface Statistics {
  readonly queueAge: Spread;
  readonly backlog: { key: string; count: number; overdue: number }[];
  readonly timeToDecision: Spread;
  readonly measures: { key: string; count: number }[];
  readonly appeals: { filed: object[]; answered: object[]; overturnRate: number };
  readonly moderators: { moderators: number; most: number; agreementRate: number };
}
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
    expect(body.appeals).toMatchObject({ filed: [{ key: 'own_motion', count: 2 }], overturnRate: 50 });
    expect(body.moderators).toEqual({ moderators: 2, median: 4.5, most: 6, agreementRate: 0 });
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

  it('refuses periods that end before they begin or last too long, and strangers the inner numbers', async () => {
    const bad = await app.http.get<{ code: string }>('/v1/transparency-reports?from=2026-05-01&to=2026-04-01');
    expect(bad.body.code).toBe('period_invalid');
    const long = await app.http.get<{ code: string }>('/v1/transparency-reports?from=2020-01-01&to=2026-04-01');
    expect(long.body.code).toBe('period_invalid');
    expect((await app.http.get<{ code: string }>('/v1/transparency-reports?from=2026-02-31')).status).toBe(422);
    expect((await app.http.get('/v1/enforcement/statistics')).status).toBe(401);
  });
});
