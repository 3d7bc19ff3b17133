import { newId } from '../../src/kernel/ids.js';
import { ExpireSanctionsService } from '../../src/modules/enforcement/sanctions/expire-sanctions.service.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer, HttpClient } from '../support/http-client.js';
import { serviceToken, staffToken } from '../support/tokens.js';

interface Decided {
  readonly id: string;
  readonly sanctions: { id: string; type: string; state: string; version: number }[];
  readonly code?: string;
}

/** Races that the best open system loses (research: enforcement, section 4), forty times each where it is cheap. */
describe('enforcement under parallel hands', () => {
  let app: TestApp;
  const moderators: HttpClient[] = [];
  beforeAll(async () => {
    // The sweep is driven by the test itself.
    app = await startApp({ env: { RUNTIME_ROLE: 'api', LIMITS_PUBLIC_REQUESTS: '1000000' } });
    for (let i = 0; i < 10; i += 1) moderators.push(app.http.with(await staffToken(app, 'moderator', `mod${i}`)));
  });
  afterAll(() => app.stop());

  const reasons = { facts: 'Seen.', explanation: 'The clause forbids it.' };
  const suspension = {
    clauses: ['3.3(9)'],
    actions: [{ type: 'suspension', duration: 'P7D' }],
    statementOfReasons: reasons,
  };
  const openCase = async (accountId: string, clause = '3.3(9)'): Promise<string> => {
    const answer = await moderators[0]!.post<{ id: string }>('/v1/cases', {
      subjectAccountId: accountId,
      clause,
      note: 'Seen.',
    });
    expect(answer.status).toBe(201);
    return answer.body.id;
  };
  const decide = (caseId: string, by: HttpClient, headers: Record<string, string> = {}): Promise<Answer<Decided>> =>
    by.post<Decided>(`/v1/cases/${caseId}/decisions`, suspension, { headers });

  it('ten parallel suspensions of one account, in five cases, make one sanction and one strike, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const clauses = ['2.3(1)', '3.3(9)', '3.4(1)', '3.5(1)', '3.6(1)'];
      const cases = await Promise.all(clauses.map((clause) => openCase(accountId, clause)));
      const answers = await Promise.all(moderators.map((m, i) => decide(cases[i % 5]!, m)));
      expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
      expect(answers.every((a) => a.status < 500)).toBe(true);
      const counted = await app.db.query<{ sanctions: number; strikes: number }>(
        `SELECT (SELECT count(*)::int FROM sanctions WHERE account_id = $1) AS sanctions,
                (SELECT count(*)::int FROM strikes WHERE account_id = $1) AS strikes`,
        [accountId],
      );
      expect(counted[0]).toEqual({ sanctions: 1, strikes: 1 });
    }
  }, 300_000);

  it('two moderators deciding one case: one decides, the other learns who did, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const caseId = await openCase(accountId);
      const answers = await Promise.all([decide(caseId, moderators[1]!), decide(caseId, moderators[2]!)]);
      expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
      expect(answers.filter((a) => a.status >= 400 && a.status < 500)).toHaveLength(1);
    }
  });

  it('three parallel reversals of one suspension: one is granted, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const decided = await decide(await openCase(accountId), moderators[1]!);
      const sanctionId = decided.body.sanctions[0]!.id;
      const answers = await Promise.all(
        [1, 2, 3].map((i) => moderators[i]!.post(`/v1/sanctions/${sanctionId}/lift`, { reason: 'Cleared.' })),
      );
      expect(answers.map((a) => a.status).sort()).toEqual([200, 409, 409]);
      const events = await app.db.query(
        `SELECT 1 FROM outbox_events WHERE subject_id = $1 AND type = 'sanction.lifted'`,
        [sanctionId],
      );
      expect(events).toHaveLength(1);
    }
  });

  it('two who make one suspension longer at once, on the page that both saw: one does, with one statement, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const decided = await decide(await openCase(accountId), moderators[1]!);
      const { id, version } = decided.body.sanctions[0]!;
      const longer = (days: number) => ({
        reason: 'Went on.',
        explanation: '暂停期间继续发生。',
        endsAt: new Date(app.clock.now().getTime() + days * 86_400_000).toISOString(),
      });
      const headers = { 'if-match': String(version) };
      const answers = await Promise.all(
        [1, 2].map((i) => moderators[i]!.patch(`/v1/sanctions/${id}`, longer(10 + i), { headers })),
      );
      expect(answers.map((a) => a.status).sort()).toEqual([200, 412]);
      expect(
        await app.db.query('SELECT 1 FROM sanction_notices WHERE sanction_id = $1 AND statement_digest IS NOT NULL', [
          id,
        ]),
      ).toHaveLength(1);
    }
  });

  it('an approver and the author who takes it back at once: one of them, never half of each, forty times', async () => {
    const sam = app.http.with(await staffToken(app, 'senior_moderator', 'sam'));
    let approvals = 0;
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const closure = { ...suspension, actions: [{ type: 'closure' }], deviationReason: 'A ring.' };
      const caseId = await openCase(accountId);
      const { body } = await moderators[1]!.post<Decided>(`/v1/cases/${caseId}/decisions`, closure);
      const path = `/v1/decisions/${body.id}`;
      const both = [
        () => sam.post(`${path}/approval`, { approved: true, note: 'Yes.' }),
        () => moderators[1]!.post(`${path}/withdrawal`, { reason: 'Somebody else.' }),
      ];
      const answers = await Promise.all((trial % 2 === 0 ? both : both.toReversed()).map((ask) => ask()));
      expect(answers.map((a) => a.status).sort()).toEqual([200, 409]);
      const [now] = await app.db.query<{ decision: string; account: string; sanction: string; case: string }>(
        `SELECT d.state AS decision, a.state AS account, s.state AS sanction, c.state AS case
           FROM decisions d JOIN accounts a ON a.id = d.account_id JOIN sanctions s ON s.decision_id = d.id
           JOIN cases c ON c.id = d.case_id WHERE d.id = $1`,
        [body.id],
      );
      const approved = { decision: 'effective', account: 'closed', sanction: 'active', case: 'decided' };
      const withdrawn = { decision: 'withdrawn', account: 'active', sanction: 'declined', case: 'in_review' };
      expect(now).toEqual(now?.decision === 'effective' ? approved : withdrawn);
      approvals += now?.decision === 'effective' ? 1 : 0;
    }
    expect(approvals).toBeGreaterThan(0);
    expect(approvals).toBeLessThan(40);
    const strangers = await moderators[2]!.post<Decided>(`/v1/decisions/${newId()}/withdrawal`, { reason: 'x' });
    expect(strangers.status).toBe(404);
  }, 120_000);

  it('a moderator who lifts and the sweep that expires, at the very moment of its end: one end, one event, forty times', async () => {
    const ends: string[] = [];
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const decided = await decide(await openCase(accountId), moderators[1]!);
      const id = decided.body.sanctions[0]!.id;
      // Over, about to be over whoever asks first, and not yet.
      const end = new Date(app.clock.now().getTime() + ([-1, 10, 25, 10_000][trial % 4] ?? 0));
      await app.db.query('UPDATE sanctions SET ends_at = $2, next_at = $2 WHERE id = $1', [id, end]);
      const [lifted] = await Promise.all([
        moderators[2]!.post(`/v1/sanctions/${id}/lift`, { reason: 'Cleared.' }),
        app.get(ExpireSanctionsService).runBatch(),
      ]);
      app.clock.advance(10_000);
      await app.get(ExpireSanctionsService).runBatch();
      const events = await app.db.query<{ type: string }>(
        `SELECT type FROM outbox_events WHERE subject_id = $1 AND type IN ('sanction.lifted', 'sanction.expired')`,
        [id],
      );
      expect(events.map((e) => e.type)).toEqual([lifted.status === 200 ? 'sanction.lifted' : 'sanction.expired']);
      ends.push(String(lifted.status));
    }
    expect(new Set(ends)).toEqual(new Set(['200', '409']));
  }, 120_000);

  it('four parallel requests with one idempotency key: one decision, four times the same answer, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const { id: accountId } = await openAccount(app);
      const caseId = await openCase(accountId);
      const key = { 'idempotency-key': newId() };
      const answers = await Promise.all([1, 2, 3, 4].map(() => decide(caseId, moderators[1]!, key)));
      expect(answers.map((a) => a.status)).toEqual([201, 201, 201, 201]);
      expect(new Set(answers.map((a) => a.body.id)).size).toBe(1);
    }
  });

  it('a thousand reports on one subject make one case and one task', async () => {
    const { id: subjectAccountId } = await openAccount(app);
    const detector = app.http.with(await serviceToken(app, 'reports:write', 'detector'));
    const report = { subjectAccountId, clause: '3.3(9)', description: 'Gambling.' };
    let accepted = 0;
    for (let batch = 0; batch < 50; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => detector.post('/v1/reports', report)));
      accepted += answers.filter((a) => a.status === 201).length;
    }
    expect(accepted).toBe(1000);
    const cases = await app.db.query<{ id: string; report_count: number }>(
      'SELECT id, report_count FROM cases WHERE account_id = $1',
      [subjectAccountId],
    );
    expect(cases).toEqual([{ id: expect.any(String) as string, report_count: 1000 }]);
    expect(await app.db.query('SELECT 1 FROM review_tasks WHERE subject_id = $1', [cases[0]!.id])).toHaveLength(1);
  });

  it('two sweeps over 2,000 due expiries write exactly 2,000 events', async () => {
    const now = app.clock.now();
    const past = new Date(now.getTime() - 60_000);
    await app.db.query(
      `INSERT INTO sanctions (id, account_id, case_id, decision_id, type, state, version, clause, features, params, starts_at,
              ends_at, next_at, created_at)
       SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'suspension', 'active', 1, '3.3(9)', '{}',
              '{}', $1::timestamptz - interval '1 day', $1, $1, $1 FROM generate_series(1, 2000)`,
      [past],
    );
    const before = await app.db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM outbox_events WHERE type = 'sanction.expired'`,
    );
    const sweep = async (): Promise<void> => {
      while ((await app.get(ExpireSanctionsService).runBatch()) > 0);
    };
    await Promise.all([sweep(), sweep()]);
    const after = await app.db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM outbox_events WHERE type = 'sanction.expired'`,
    );
    expect(after[0]!.n - before[0]!.n).toBe(2000);
    expect(await app.db.query(`SELECT 1 FROM sanctions WHERE state = 'active' AND ends_at <= $1`, [now])).toEqual([]);
  });

  it('refuses in the database what the code might forget', async () => {
    const { id: accountId } = await openAccount(app);
    const decided = await decide(await openCase(accountId), moderators[1]!);
    const decisionId = decided.body.id;
    const tamper = (set: string): Promise<unknown> =>
      app.db.query(`UPDATE decisions SET ${set} WHERE id = $1`, [decisionId]);
    await expect(tamper(`approved_by = decided_by`)).rejects.toThrow(/second_person/);
    await expect(tamper(`statement_digest = 'x'`)).rejects.toThrow(/never rewritten/);
    await expect(
      app.db.query(`UPDATE case_evidence SET content_hash = 'x' WHERE account_id = $1`, [accountId]),
    ).rejects.toThrow(/append-only/);
  });
});
