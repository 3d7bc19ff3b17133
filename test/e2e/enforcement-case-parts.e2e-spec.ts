import { createHash } from 'node:crypto';
import { SealedTexts } from '../../src/modules/enforcement/sealed-texts.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { type CaseBody, Moderation } from '../support/moderation.js';
import { serviceToken, staffToken } from '../support/tokens.js';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('a picture of a conversation'),
]);

interface Evidence {
  readonly id: string;
  readonly kind: string;
  readonly contentHash: string;
  readonly content: { readonly name?: string; readonly mediaType?: string } | null;
  readonly heldSince: string | null;
}
interface Detail extends Omit<CaseBody, 'evidence'> {
  readonly matter: string;
  readonly accountId: string;
  readonly evidence: Evidence[];
}

describe('what a case is made of', () => {
  let app: TestApp;
  let mod: Moderation;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    mod = new Moderation(app);
  });
  afterAll(() => app.stop());

  const upload = async (caseId: string, content: Buffer, name = 'chat.png', by = 'alice') => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(content)], { type: 'image/png' }), name);
    const headers = { authorization: `Bearer ${await staffToken(app, 'moderator', by)}` };
    const answer = await fetch(`${app.url}/v1/cases/${caseId}/evidence-files`, { method: 'POST', headers, body: form });
    return { status: answer.status, body: (await answer.json()) as Evidence & { code: string } };
  };
  const detail = async (id: string, by = 'alice'): Promise<Detail> =>
    (await (await mod.as(by)).get<Detail>(`/v1/cases/${id}`)).body;
  const read = async (caseId: string, evidenceId: string, by = 'bea') =>
    (await mod.as(by)).get<{ code: string }>(`/v1/cases/${caseId}/evidence-files/${evidenceId}`);

  describe('files as evidence', () => {
    it('are hashed as they came, sealed, listed without being opened, and every reading is on record', async () => {
      const { id: accountId } = await openAccount(app);
      const caseId = await mod.openCase(accountId);
      const added = await upload(caseId, PNG, '微信截图.png');
      expect(added.status).toBe(201);
      expect(added.body).toMatchObject({
        kind: 'file',
        contentHash: createHash('sha256').update(PNG).digest('hex'),
        content: { name: '微信截图.png', mediaType: 'image/png' },
      });
      const listed = (await detail(caseId)).evidence.find((e) => e.kind === 'file');
      expect(listed?.content).toEqual({ name: '微信截图.png', mediaType: 'image/png' });
      const stored = await app.db.query<{ sealed: Buffer }>('SELECT sealed FROM case_evidence_files');
      expect(stored[0]?.sealed.includes(PNG.subarray(0, 16))).toBe(false);
      // Sealed as it came; what was kept as text before is read as well.
      const texts = app.get(SealedTexts);
      const opened = (sealed: Buffer | undefined) =>
        texts.openBytes('case_evidence_files', added.body.id, sealed ?? null);
      expect(opened(stored[0]?.sealed)).toEqual(PNG);
      expect(stored[0]?.sealed.length).toBeLessThan(PNG.length + 64);
      const before = texts.seal('case_evidence_files', added.body.id, PNG.toString('base64'));
      expect(opened(before)).toEqual(PNG);

      const readings = () =>
        app.db.query(`SELECT 1 FROM audit_events WHERE type = 'case.evidence_read' AND target_id = $1`, [caseId]);
      expect(await readings()).toHaveLength(0);
      const file = await read(caseId, added.body.id);
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(file.headers.get('content-disposition')).toContain('attachment');
      expect(await readings()).toHaveLength(1);
    });

    it('are what their bytes say, of a bounded size, for people who may see the case', async () => {
      const { id: accountId } = await openAccount(app);
      const caseId = await mod.openCase(accountId);
      expect((await upload(caseId, Buffer.from('<script>alert(1)</script>'), 'x.png')).body.code).toBe('proof_refused');
      expect((await upload(caseId, Buffer.alloc(0))).body.code).toBe('proof_refused');
      const huge = Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]);
      expect((await upload(caseId, huge)).status).toBe(413);
      const { body } = await upload(caseId, PNG);
      const other = await mod.openCase((await openAccount(app)).id);
      expect((await read(other, body.id)).status).toBe(404);
      const auditor = await mod.as('audra', 'auditor');
      expect((await auditor.get(`/v1/cases/${caseId}/evidence-files/${body.id}`)).status).toBe(403);
      const subject = await mod.person();
      expect((await subject.http.get(`/v1/cases/${caseId}/evidence-files/${body.id}`)).status).toBe(403);
    });

    it('are append-only in the database, and held once a decision cites them', async () => {
      const { id: accountId } = await openAccount(app);
      const caseId = await mod.openCase(accountId);
      const { body } = await upload(caseId, PNG);
      const move = app.db.query(`UPDATE case_evidence_files SET media_type = 'text/html' WHERE evidence_id = $1`, [
        body.id,
      ]);
      await expect(move).rejects.toThrow('append-only');
      await mod.decide(caseId, [{ type: 'warning' }]);
      expect((await detail(caseId)).evidence.every((e) => e.heldSince !== null)).toBe(true);
    });
  });

  describe('a split', () => {
    /** A case with three reports of one matter, and a file. */
    const crowded = async (): Promise<{ caseId: string; accountId: string; reports: string[]; evidence: string[] }> => {
      const { id: accountId } = await openAccount(app);
      const caseId = await mod.openCase(accountId);
      const detector = app.http.with(await serviceToken(app, 'reports:write'));
      for (const clause of ['3.3(9)', '3.3(9)', '3.3(8)']) {
        await detector.post('/v1/reports', { subjectAccountId: accountId, clause, description: 'Seen.', score: 80 });
      }
      await upload(caseId, PNG);
      const found = await detail(caseId);
      return {
        caseId,
        accountId,
        reports: found.reports.items.map((r) => r.id),
        evidence: found.evidence.map((e) => e.id),
      };
    };
    const split = async (caseId: string, body: object, by = 'alice', version?: number) => {
      const seen = version ?? (await detail(caseId)).version;
      return (await mod.as(by)).post<Detail & { code: string }>(
        `/v1/cases/${caseId}/splits`,
        { clause: '3.3(8)', reason: 'Rumours are another matter.', ...body },
        { headers: { 'if-match': `"${seen}"` } },
      );
    };

    it('makes a second case with its own reports, the evidence by reference, a task, and a line on both timelines', async () => {
      const { caseId, accountId, reports, evidence } = await crowded();
      const chosen = { reportIds: reports.slice(2), evidenceIds: evidence.slice(1) };
      const { status, body } = await split(caseId, chosen);
      expect(status).toBe(201);
      expect(body).toMatchObject({ state: 'open', accountId, reportCount: 1, clauses: ['3.3(8)'] });
      // The same matter would be the same case: what is split off within it is a matter of its own.
      expect(body.matter).toMatch(/^content-/);
      expect(body.evidence.map((e) => e.id)).toEqual(chosen.evidenceIds);
      const left = await detail(caseId);
      expect([left.reportCount, left.reports.items.map((r) => r.id)]).toEqual([3, reports.slice(0, 2)]);
      expect(left.evidence.map((e) => e.id)).toEqual(evidence);
      const tasks = await app.db.query(`SELECT 1 FROM review_tasks WHERE kind = 'case' AND subject_id = $1`, [body.id]);
      expect(tasks).toHaveLength(1);
      const told = await app.db.query<{ target_id: string }>(
        `SELECT target_id FROM audit_events WHERE type = 'case.changed' AND target_id = ANY ($1) ORDER BY 1`,
        [[caseId, body.id]],
      );
      expect(told.map((t) => t.target_id)).toEqual([caseId, body.id].sort());
      // The file is read through either case, and a decision of the new one holds what it cites.
      expect((await read(body.id, evidence.at(-1) ?? '')).status).toBe(200);
      await mod.decide(body.id, [{ type: 'warning' }], { clauses: ['3.3(8)'] });
      const held = (await detail(caseId)).evidence.map((e) => e.heldSince !== null);
      expect(held).toEqual([false, true]);
      // The reporters of the one are answered with the one.
      const outcomes = await app.db.query<{ outcome: string }>(
        'SELECT outcome FROM reports WHERE account_id = $1 ORDER BY received_at',
        [accountId],
      );
      expect(outcomes.map((r) => r.outcome)).toEqual(['pending', 'pending', 'measures_taken']);
      // New reports of the matter still find the first case.
      const detector = app.http.with(await serviceToken(app, 'reports:write'));
      await detector.post('/v1/reports', { subjectAccountId: accountId, clause: '3.3(9)', description: 'Again.' });
      expect((await detail(caseId)).reportCount).toBe(4);
    });

    it('takes nothing that is not there, not twice, not from a case that is decided, and not on a stale page', async () => {
      const { caseId, reports, evidence } = await crowded();
      const elsewhere = await crowded();
      expect((await split(caseId, {})).body.code).toBe('split_not_possible');
      expect((await split(caseId, { reportIds: elsewhere.reports })).body.code).toBe('split_not_possible');
      expect((await split(caseId, { evidenceIds: elsewhere.evidence })).body.code).toBe('split_not_possible');
      expect((await split(caseId, { reportIds: reports.slice(0, 1) }, 'alice', 999)).status).toBe(412);
      const { version } = await detail(caseId);
      const raced = await Promise.all(
        [1, 2, 3].map(() => split(caseId, { reportIds: reports.slice(0, 1) }, 'bea', version)),
      );
      expect(raced.map((a) => a.status).sort()).toEqual([201, 412, 412]);
      await mod.decide(caseId, [{ type: 'warning' }]);
      expect((await split(caseId, { evidenceIds: evidence.slice(0, 1) })).body.code).toBe('split_not_possible');
    });
  });
});
