import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { sha256Hex } from '../../src/kernel/canonical-json.js';
import { newId } from '../../src/kernel/ids.js';
import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { SessionsService } from '../../src/modules/accounts/sessions.service.js';
import { AgreementsService } from '../../src/modules/agreements/agreements.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

interface Version {
  documentId: string;
  version: string;
  sha256: string;
  effectiveAt: string;
}
interface Problem {
  code: string;
  errors: { path: string; code: string }[];
}
interface Standing {
  status: string;
  mayUse: boolean;
  pending: { code: string; documentId?: string; version?: string; dueAt: string | null }[];
  blocks: { code: string; clause: string }[];
}

const DAY = 86_400_000;
let phones = 0;

/** Somebody who registered: account, acceptances and a session, as registration makes them. */
async function person(app: TestApp): Promise<{ id: string; http: HttpClient }> {
  phones += 1;
  const phone = `+8613800${String(138_000 + phones)}`;
  const id = await app.get(Transactor).run(async (tx) => {
    const account = await app.get(AccountsService).open(tx, {
      state: 'active',
      birthDate: '1990-01-01',
      locale: 'zh-CN',
      identifiers: [{ kind: 'phone', value: phone }],
      actor: { kind: 'public', id: 'anonymous' },
    });
    const agreements = app.get(AgreementsService);
    const now = app.clock.now();
    await agreements.accept(tx, {
      accountId: account.id,
      acceptances: await agreements.requiredAt(now, tx),
      how: 'clickwrap',
      channel: 'web',
      ip: '203.0.113.7',
      userAgent: 'test browser',
      at: now,
    });
    return account.id;
  });
  return { id, http: await signedIn(app, id) };
}

async function signedIn(app: TestApp, accountId: string): Promise<HttpClient> {
  const client = { ip: '203.0.113.7', userAgent: 'test browser' };
  const { accessToken } = await app
    .get(Transactor)
    .run((tx) => app.get(SessionsService).start(tx, accountId, { method: 'phone_code', client }));
  return app.http.with(accessToken);
}

describe('agreements and consent (preamble, 9.1)', () => {
  let app: TestApp;
  let legal: HttpClient;

  const inDays = (days: number): string => new Date(app.clock.now().getTime() + days * DAY).toISOString();
  const publish = (documentId: string, body: Record<string, unknown>) =>
    legal.post<Version & Problem>(`/v1/agreements/${documentId}/versions`, {
      language: 'zh-CN',
      text: `# ${String(body['version'])}\n第一条\n第二条\n`,
      policy: 'explicit',
      changeSummary: '修订',
      ...body,
    });
  const revise = (version: string, days: number, more: Record<string, unknown> = {}) =>
    publish('user_agreement', { version, effectiveAt: inDays(days), ...more });
  const standingOf = async (http: HttpClient): Promise<Standing> =>
    (await http.get<Standing>('/v1/accounts/me/standing')).body;
  const accept = (http: HttpClient, version: string, more: Record<string, unknown> = {}) =>
    http.post<Record<string, never> & { links: Record<string, string>; pending: unknown[] } & Problem>(
      '/v1/accounts/me/acceptances',
      { acceptances: [{ documentId: 'user_agreement', version }], ...more },
    );

  const start = async (): Promise<void> => {
    app = await startApp({ env: { ROLE: 'api' } });
    legal = app.http.with(await staffToken(app, 'legal', 'lena'));
  };
  /** Where a revision is published and takes effect, the next test begins with the first text again. */
  const eachAnew = (): void => {
    beforeEach(start);
    afterEach(() => app.stop());
  };
  const together = (): void => {
    beforeAll(start);
    afterAll(() => app.stop());
  };

  describe('AGR-1: the registry', () => {
    together();

    it('shows anybody what is in effect, with a text whose digest can be checked', async () => {
      const list = await app.http.get<{ items: { documentId: string; inEffect: Version | null }[] }>('/v1/agreements');
      expect(list.status).toBe(200);
      const current = list.body.items.find((d) => d.documentId === 'user_agreement')?.inEffect;
      expect(current).toMatchObject({ version: '2025-01-20', effectiveAt: '2025-01-19T16:00:00.000Z' });
      const text = await app.http.get('/v1/agreements/user_agreement/versions/2025-01-20/text');
      expect(text.headers.get('content-type')).toContain('text/plain');
      expect(sha256Hex(text.text)).toBe(current?.sha256);
      const json = await app.http.get<{ text: string }>('/v1/agreements/user_agreement/versions/2025-01-20');
      expect(json.body.text).toBe(text.text);
    });

    it('answers 404 for documents and versions that are not there', async () => {
      for (const path of [
        'user_agreement/versions/1999-01-01',
        'nothing/versions/1',
        '..%2F/versions/1',
        'x/versions/y/diff',
      ]) {
        expect((await app.http.get(`/v1/agreements/${path}`)).status).toBe(404);
      }
      expect((await publish('nothing', { version: '1', effectiveAt: inDays(1) })).status).toBe(404);
    });

    it('publishes for legal staff only, each with everything it must say', async () => {
      const made = await revise('2026-12-01', 10);
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({
        version: '2026-12-01',
        supersedes: '2025-01-20',
        policy: 'explicit',
        topics: ['*'],
      });
      const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
      const body = { version: '2', language: 'zh-CN', text: 't', policy: 'explicit', effectiveAt: inDays(20) };
      expect((await moderator.post('/v1/agreements/user_agreement/versions', body)).status).toBe(403);
      expect((await app.http.post('/v1/agreements/user_agreement/versions', body)).status).toBe(401);
    });
  });

  describe('AGR-2: the ledger', () => {
    together();

    it('says who, which text, how, where and when, and proves it', async () => {
      const { id, http } = await person(app);
      const ledger = await http.get<{ items: object[]; pending: object[] }>('/v1/accounts/me/acceptances');
      expect(ledger.body.items).toMatchObject([
        { documentId: 'user_agreement', version: '2025-01-20', decision: 'accepted', how: 'clickwrap', channel: 'web' },
      ]);
      expect(ledger.text).not.toContain('203.0.113.7');
      const proof = await http.get<{ jws: string; acceptances: object[] }>('/v1/accounts/me/acceptances/proof');
      expect(proof.body.acceptances).toMatchObject([{ origin: { ip: '203.0.113.7', userAgent: 'test browser' } }]);
      const keys = (await app.http.get<JSONWebKeySet>('/.well-known/jwks.json')).body;
      const { payload, protectedHeader } = await compactVerify(proof.body.jws, createLocalJWKSet(keys));
      expect(protectedHeader.typ).toBe('acceptance-proof');
      const claims = JSON.parse(Buffer.from(payload).toString()) as { accountId: string };
      expect(claims.accountId).toBe(id);
      expect(JSON.stringify(claims)).not.toContain('203.0.113.7');
      const asLegal = await legal.get(`/v1/accounts/${id}/acceptances/proof`);
      expect(asLegal.body).toMatchObject({ accountId: id });
    });

    it('gives the proof on paper too', async () => {
      const { http } = await person(app);
      const pdf = await http.get('/v1/accounts/me/acceptances/proof?format=pdf');
      expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      expect(pdf.text.startsWith('%PDF-')).toBe(true);
      expect(pdf.text.trimEnd().endsWith('%%EOF')).toBe(true);
      expect((await http.get('/v1/accounts/me/acceptances/proof?format=html')).status).toBe(400);
    });

    it('keeps address and device sealed', async () => {
      await person(app);
      const [row] = await app.db.query<{ sealed: string }>(
        `SELECT encode(sealed, 'escape') AS sealed FROM agreement_acceptance_details`,
      );
      expect(row?.sealed).not.toContain('203.0.113.7');
      expect(row?.sealed).not.toContain('browser');
    });

    it.each([
      [`UPDATE agreement_acceptances SET at = at - interval '1 year'`],
      ['DELETE FROM agreement_acceptances'],
      ['TRUNCATE agreement_acceptances CASCADE'],
      [`UPDATE agreement_versions SET text = 'other'`],
      ['DELETE FROM agreement_versions'],
      ['TRUNCATE agreement_versions CASCADE'],
    ])('the database refuses its owner: %s', async (statement) => {
      await person(app);
      await expect(app.db.query(statement)).rejects.toThrow('append-only');
    });

    it('lets the rows of one account go to who erases that account, and no others', async () => {
      const leaving = await person(app);
      const staying = await person(app);
      const attack = app.get(Transactor).run(async (tx) => {
        await tx.query(`SELECT set_config('account_lifecycle.erasing', $1, true)`, [leaving.id]);
        await tx.query('DELETE FROM agreement_acceptances WHERE account_id = $1', [staying.id]);
      });
      await expect(attack).rejects.toThrow('append-only');
      const gone = await app
        .get(Transactor)
        .run((tx) => app.get(AgreementsService).erase(tx, leaving.id, { keepProof: false }));
      expect(gone).toBe(2);
      expect((await staying.http.get<{ items: object[] }>('/v1/accounts/me/acceptances')).body.items).toHaveLength(1);
    });
  });

  describe('AGR-3: the specific agreement prevails', () => {
    eachAnew();

    it('answers which text governs a topic for this account', async () => {
      const { id, http } = await person(app);
      await publish('open_platform_terms', {
        version: '1',
        effectiveAt: inDays(-1),
        topics: ['api', 'developer_tools'],
      });
      const governing = (client: HttpClient, topic: string, account = id) =>
        client.get<{ governs: Version; because: string; yields: Version[] }>(
          `/v1/accounts/${account}/governing-agreement?topic=${topic}`,
        );
      expect((await governing(http, 'api')).body).toMatchObject({
        governs: { documentId: 'user_agreement' },
        because: 'only_text',
      });
      await http.post('/v1/accounts/me/acceptances', {
        acceptances: [{ documentId: 'open_platform_terms', version: '1' }],
      });
      expect((await governing(http, 'api.keys')).body).toMatchObject({
        governs: { documentId: 'open_platform_terms', version: '1' },
        because: 'specific_prevails',
        yields: [{ documentId: 'user_agreement' }],
      });
      expect((await governing(legal, 'chat')).body).toMatchObject({ governs: { documentId: 'user_agreement' } });
      const other = await person(app);
      expect((await governing(other.http, 'api')).status).toBe(404);
      expect((await governing(legal, 'api', newId())).body).toMatchObject({ code: 'no_governing_agreement' });
      expect((await governing(http, 'DROP TABLE')).status).toBe(400);
    });
  });

  describe('AGR-4: refusal stops use', () => {
    eachAnew();

    it('no acceptance, no account: every problem of a set is told at once', async () => {
      await publish('privacy_policy', { version: 'p1', effectiveAt: inDays(-1) });
      await revise('2026-12-01', 1);
      app.clock.advance(2 * DAY);
      const agreements = app.get(AgreementsService);
      const now = app.clock.now();
      const refusal = agreements.check(
        [
          { documentId: 'user_agreement', version: '2025-01-20' },
          { documentId: 'user_agreement', version: '1.0' },
          { documentId: 'terms', version: '1' },
        ],
        now,
      );
      await expect(refusal).rejects.toMatchObject({
        code: 'agreements_not_accepted',
        options: {
          errors: [
            { path: '/acceptances/0/version', code: 'stale_version' },
            { path: '/acceptances/1/version', code: 'unknown_version' },
            { path: '/acceptances/2/documentId', code: 'unknown_document' },
            { path: '/acceptances', code: 'missing_acceptance' },
          ],
          extra: {
            required: [{ documentId: 'user_agreement', version: '2026-12-01' }, { documentId: 'privacy_policy' }],
          },
        },
      });
      await expect(agreements.check([], now)).rejects.toMatchObject({ code: 'agreements_not_accepted' });
    });

    it('asks again when an explicit version takes effect, with every worker down at that moment', async () => {
      const { id, http } = await person(app);
      await revise('2026-12-01', 10);
      await app.drain();
      // Announced: to be seen in the list, not yet in the way.
      expect((await http.get<{ pending: object[] }>('/v1/accounts/me/acceptances')).body.pending).toMatchObject([
        { documentId: 'user_agreement', version: '2026-12-01', policy: 'explicit' },
      ]);
      expect(await standingOf(http)).toMatchObject({ mayUse: true, pending: [] });
      app.clock.advance(10 * DAY + 1_000);
      // The access token ran out meanwhile.
      const fresh = await signedIn(app, id);
      // Nobody was sanctioned (decision 0016).
      expect(await standingOf(fresh)).toMatchObject({
        status: 'active',
        mayUse: false,
        pending: [{ code: 'agreement_pending', documentId: 'user_agreement', version: '2026-12-01' }],
        blocks: [{ code: 'agreement_pending', clause: '9.1' }],
      });
      const answer = await accept(fresh, '2026-12-01');
      expect(answer.status).toBe(201);
      expect(answer.body.pending).toEqual([]);
      expect(await standingOf(fresh)).toMatchObject({ mayUse: true, pending: [], blocks: [] });
    });

    it('takes an early answer, and one from who registered after the announcement', async () => {
      await revise('2026-12-01', 1);
      await app.drain();
      const late = await person(app);
      await app.drain();
      expect((await late.http.get<{ pending: object[] }>('/v1/accounts/me/acceptances')).body.pending).toHaveLength(1);
      expect((await accept(late.http, '2026-12-01')).status).toBe(201);
      expect((await late.http.get<{ pending: object[] }>('/v1/accounts/me/acceptances')).body.pending).toEqual([]);
    });

    it('a refusal stops use, is on record, and names the way out; a change of mind opens the account again', async () => {
      const { http } = await person(app);
      await revise('2026-12-01', 0.0001, { policy: 'continued_use' });
      app.clock.advance(60_000);
      await app.drain();
      expect(await standingOf(http)).toMatchObject({ mayUse: true, pending: [{ code: 'agreement_pending' }] });
      const refused = await accept(http, '2026-12-01', { decision: 'refused' });
      expect(refused.status).toBe(201);
      expect(refused.body.links).toMatchObject({ deregistration: '/v1/accounts/me/deregistration' });
      expect(await standingOf(http)).toMatchObject({ mayUse: false, blocks: [{ code: 'agreement_pending' }] });
      const items = (await http.get<{ items: { decision: string }[] }>('/v1/accounts/me/acceptances')).body.items;
      expect(items.map((i) => i.decision)).toEqual(['accepted', 'refused']);
      expect((await accept(http, '2026-12-01')).status).toBe(201);
      expect(await standingOf(http)).toMatchObject({ mayUse: true, pending: [] });
    });

    it('use after the notice is an answer; a session kept alive, a sign-in and a look at the account are none', async () => {
      const { id, http } = await person(app);
      await revise('2026-12-01', 0.0001, { policy: 'continued_use' });
      await app.drain();
      const announced = app.clock.now();
      const use = (client: HttpClient, noticeShownAt: Date, version = '2026-12-01') =>
        client.post<Problem>('/v1/accounts/me/uses', {
          documentId: 'user_agreement',
          version,
          noticeShownAt: noticeShownAt.toISOString(),
        });
      const why = async (client: HttpClient, at: Date, version?: string) => {
        const { status, body } = await use(client, at, version);
        return [status, body.code, body.errors[0]?.code];
      };
      app.clock.advance(1_000);
      const refused = (code: string) => [422, 'not_accepted_by_use', code];
      expect(await why(http, announced)).toEqual(refused('not_in_effect'));
      app.clock.advance(30_000);
      // What a phone does by itself, and what somebody needs who wants to refuse.
      await app.db.query('UPDATE sessions SET last_used_at = $1', [app.clock.now()]);
      const later = await signedIn(app, id);
      await later.get('/v1/accounts/me');
      app.clock.advance(7_200_000);
      await app.drain();
      const fresh = await signedIn(app, id);
      expect(await standingOf(fresh)).toMatchObject({ mayUse: true, pending: [{ code: 'agreement_pending' }] });
      expect(await why(fresh, new Date(announced.getTime() - DAY))).toEqual(refused('not_before_use'));
      expect(await why(fresh, new Date(app.clock.now().getTime() + 1_000))).toEqual(refused('not_before_use'));
      expect(await why(fresh, announced, '2025-01-20')).toEqual(refused('not_pending'));
      const shown = app.clock.now();
      app.clock.advance(5_000);
      expect(await use(fresh, shown)).toMatchObject({
        status: 201,
        body: { decision: 'accepted', answered: [{ version: '2026-12-01' }], pending: [] },
      });
      expect(await standingOf(fresh)).toMatchObject({ mayUse: true, pending: [] });
      expect(await why(fresh, shown)).toEqual(refused('not_pending'));
      const rows = await app.db.query('SELECT how, channel, version FROM agreement_acceptances ORDER BY at, id');
      expect(rows).toEqual([
        { how: 'clickwrap', channel: expect.any(String), version: '2025-01-20' },
        { how: 'continued_use', channel: 'app', version: '2026-12-01' },
      ]);
    });

    it('an explicit version is not answered by use', async () => {
      const { http } = await person(app);
      await revise('2026-12-01', 0.0001);
      await app.drain();
      const noticeShownAt = app.clock.now().toISOString();
      app.clock.advance(60_000);
      const answer = await http.post('/v1/accounts/me/uses', {
        documentId: 'user_agreement',
        version: '2026-12-01',
        noticeShownAt,
      });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'explicit' }] } });
      expect(await standingOf(http)).toMatchObject({ mayUse: false });
    });

    it('a no stays a no: neither use on the way out nor a later revision turns it into a yes', async () => {
      const { id, http } = await person(app);
      await revise('v2', 0.0001, { policy: 'continued_use' });
      app.clock.advance(60_000);
      await app.drain();
      expect((await accept(http, 'v2', { decision: 'refused' })).status).toBe(201);
      const stopped = {
        status: 'active',
        mayUse: false,
        pending: [{ code: 'agreement_pending', version: 'v2' }],
        blocks: [{ code: 'agreement_pending' }],
      };
      // A product that lets them go on all the same makes no yes of it.
      const noticeShownAt = app.clock.now().toISOString();
      app.clock.advance(3_661_000);
      await app.drain();
      const fresh = await signedIn(app, id);
      const use = { documentId: 'user_agreement', version: 'v2', noticeShownAt };
      expect((await fresh.post<Problem>('/v1/accounts/me/uses', use)).body).toMatchObject({
        errors: [{ code: 'refused' }],
      });
      expect(await standingOf(fresh)).toMatchObject(stopped);
      expect(await app.db.query(`SELECT 1 FROM agreement_acceptances WHERE how = 'continued_use'`)).toEqual([]);
      // Another revision is announced: the account is looked at again.
      await revise('v3', 30, { policy: 'continued_use' });
      await app.drain();
      expect(await standingOf(fresh)).toMatchObject(stopped);
      const { pending } = (
        await fresh.get<{ pending: { version: string; refusedAt: string | null }[] }>('/v1/accounts/me/acceptances')
      ).body;
      expect(pending.map((p) => [p.version, p.refusedAt !== null])).toEqual([
        ['v2', true],
        ['v3', false],
      ]);
      expect((await accept(fresh, 'v2')).status).toBe(201);
      expect(await standingOf(fresh)).toMatchObject({ mayUse: true, blocks: [] });
    });

    it('who is leaving has nothing to answer by use', async () => {
      const { id } = await person(app);
      await revise('v2', 0.0001, { policy: 'continued_use' });
      const noticeShownAt = app.clock.now().toISOString();
      app.clock.advance(60_000);
      await app.drain();
      const http = await signedIn(app, id);
      await app.get(Transactor).run(async (tx) => {
        const account = await app.get(AccountsService).lockForUpdate(tx, id);
        const actor = { kind: 'account', id } as const;
        await app.get(AccountsService).move(tx, account, 'deregister', { actor, clauses: ['2.5'] });
      });
      const answer = await http.post('/v1/accounts/me/uses', {
        documentId: 'user_agreement',
        version: 'v2',
        noticeShownAt,
      });
      expect(answer).toMatchObject({ status: 409, body: { code: 'leaving_account' } });
      expect(await app.db.query(`SELECT 1 FROM agreement_acceptances WHERE how = 'continued_use'`)).toEqual([]);
    });

    it('refuses stale, unknown and forged answers and writes nothing', async () => {
      const { http } = await person(app);
      await revise('2026-12-01', 0.0001);
      app.clock.advance(60_000);
      const tries: [Record<string, unknown>, number, string][] = [
        [{ documentId: 'user_agreement', version: '2025-01-20' }, 422, 'stale_version'],
        [{ documentId: 'user_agreement', version: 'none' }, 422, 'unknown_version'],
        [{ documentId: 'user_agreement', version: '2026-12-01', sha256: '0'.repeat(64) }, 422, 'other_text'],
      ];
      for (const [acceptance, status, code] of tries) {
        const answer = await http.post<Problem>('/v1/accounts/me/acceptances', { acceptances: [acceptance] });
        expect([answer.status, answer.body.errors[0]?.code]).toEqual([status, code]);
      }
      expect((await accept(http, '2026-12-01', { how: 'continued_use' })).status).toBe(400);
      expect(await app.db.query('SELECT 1 FROM agreement_acceptances')).toHaveLength(1);
    });

    it('an account that accepts twice, or twenty times at once, has one line', async () => {
      const { http } = await person(app);
      await revise('2026-12-01', 0.0001);
      app.clock.advance(60_000);
      const answers = await Promise.all(Array.from({ length: 20 }, () => accept(http, '2026-12-01')));
      expect(new Set(answers.map((a) => a.status))).toEqual(new Set([201]));
      expect(await app.db.query(`SELECT 1 FROM agreement_acceptances WHERE version = '2026-12-01'`)).toHaveLength(1);
    });
  });

  describe('AGR-5: revisions', () => {
    eachAnew();

    it('announces a revision by event and public page, and shows what changed', async () => {
      await publish('privacy_policy', { version: 'p1', effectiveAt: inDays(-1), text: 'one\ntwo\nthree\n' });
      await publish('privacy_policy', { version: 'p2', effectiveAt: inDays(5), text: 'one\n2\nthree\nfour\n' });
      const events = await app.db.query<{ data: Record<string, unknown> }>(
        `SELECT data FROM outbox_events WHERE type = 'agreement.version_published' AND subject_id = 'privacy_policy/p2'`,
      );
      expect(events).toHaveLength(1);
      const diff = await app.http.get<{ lines: { change: string; text: string }[] }>(
        '/v1/agreements/privacy_policy/versions/p2/diff',
      );
      expect(diff.body.lines).toEqual([
        { change: 'same', text: 'one' },
        { change: 'removed', text: 'two' },
        { change: 'added', text: '2' },
        { change: 'same', text: 'three' },
        { change: 'added', text: 'four' },
        { change: 'same', text: '' },
      ]);
    });

    it('never rewrites history', async () => {
      expect((await revise('2025-01-20', 5)).body.code).toBe('agreement_version_exists');
      const past = await revise('2026-01-01', -5, { changeSummary: '', supersedes: 'other' });
      expect(past.status).toBe(422);
      expect(past.body.errors.map((e) => e.code)).toEqual(['not_the_latest', 'in_the_past', 'no_summary']);
      await revise('2026-12-01', 5);
      expect((await revise('2026-12-02', 4)).body.errors.map((e) => e.code)).toEqual(['before_the_last']);
    });

    it('of revisions published at once only one follows', async () => {
      const made = await Promise.all([1, 2, 3, 4, 5].map((n) => revise(`v${n}`, 5 + n)));
      const line = await app.db.query<{ supersedes: string | null }>('SELECT supersedes FROM agreement_versions');
      expect(new Set(line.map((l) => l.supersedes)).size).toBe(line.length);
      expect(made.filter((a) => a.status === 201).length).toBe(line.length - 1);
      for (const a of made) expect([201, 409, 422]).toContain(a.status);
    });

    it('of two versions waiting, asks for the one in effect', async () => {
      const { http } = await person(app);
      await revise('v2', 0.0001);
      await revise('v3', 0.001);
      await app.drain();
      app.clock.advance(30_000);
      expect((await standingOf(http)).pending).toMatchObject([{ version: 'v2' }]);
      app.clock.advance(120_000);
      expect((await standingOf(http)).pending).toMatchObject([{ version: 'v3' }]);
    });
  });
});
