import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, type SignedIn, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { applyAs, approve, execute, type Leaver, QUICK, reach, toReview } from '../support/leaving.js';
import { type DecisionBody, Moderation } from '../support/moderation.js';

describe('violations from before deregistration stay actionable (2.5(2))', () => {
  let app: TestApp;
  let mod: Moderation;
  let leaver: Leaver;
  let orders: string[];
  const order = { type: 'rectification', instructions: 'Choose another name.', duration: 'P7D' };

  /** Two orders, both answered: one is lifted, one is open when the person leaves. */
  async function orderedTwice(person: SignedIn): Promise<string[]> {
    const ids: string[] = [];
    for (const clause of ['2.3(1)', '3.3(9)']) {
      const decided = await mod.decide(await mod.openCase(person.accountId, clause), [order], { clauses: [clause] });
      const id = decided.body.sanctions[0]!.id;
      await person.http.post(`/v1/sanctions/${id}/rectification-submissions`, { text: 'Done.' });
      ids.push(id);
    }
    return ids;
  }
  const tasksAbout = (id: string): Promise<{ state: string; outcome: string }[]> =>
    app.db.query(
      `SELECT state, outcome->>'code' AS outcome FROM review_tasks WHERE kind = 'rectification' AND subject_id = $1`,
      [id],
    );
  const endOf = async (id: string): Promise<unknown> => {
    const [found] = await app.db.query(
      `SELECT s.state AS sanction, s.end_reason AS reason, r.state AS "order" FROM sanctions s JOIN rectifications r ON r.sanction_id = s.id WHERE s.id = $1`,
      [id],
    );
    return found;
  };

  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api', ...QUICK } });
    mod = new Moderation(app);
    const phone = freshPhone();
    await openAccount(app, phone);
    const person = await signIn(app, phone);
    orders = await orderedTwice(person);
    const sam = await mod.as('sam', 'senior_moderator');
    const lifted = await sam.post(`/v1/sanctions/${orders[0]}/lift`, { reason: 'The name is fine.' });
    if (lifted.status >= 300) throw new Error(lifted.text);
    leaver = await applyAs(app, person, phone);
    await toReview(app);
    await approve(app, leaver.id);
    await execute(app);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
  });
  afterAll(() => app.stop());

  const barred = async (): Promise<boolean> =>
    (await app.get(IdentifiersService).isBarred(app.get(Transactor).reader, 'phone', leaver.phone)) !== undefined;
  const ban = [{ type: 'reregistration_ban', duration: 'P1Y', identifierKinds: ['phone'] }];
  let decision: DecisionBody;

  it('an order that is lifted leaves no task behind', async () => {
    expect(await endOf(orders[0]!)).toMatchObject({ sanction: 'lifted', order: 'withdrawn' });
    expect(await tasksAbout(orders[0]!)).toEqual([{ state: 'cancelled', outcome: 'withdrawn' }]);
  });

  it('an order ends with the account that it was given to: nobody could put anything right any more', async () => {
    await app.drain();
    expect(await endOf(orders[1]!)).toEqual({ sanction: 'lifted', reason: 'account_gone', order: 'withdrawn' });
    expect(await tasksAbout(orders[1]!)).toEqual([{ state: 'cancelled', outcome: 'withdrawn' }]);
    expect((await mod.standingOf(leaver.accountId)).pending).toEqual([]);
  });

  it('a ban reaches the number that was sealed in the retained record, and the opening is on record', async () => {
    expect(await barred()).toBe(false);
    const proposed = await mod.decide(await mod.openCase(leaver.accountId), ban);
    expect(proposed.body).toMatchObject({ state: 'awaiting_approval' });
    const sam = await mod.as('sam', 'senior_moderator');
    const approved = await sam.post(`/v1/decisions/${proposed.body.id}/approval`, { approved: true, note: 'Yes.' });
    expect(approved.status).toBe(200);
    expect(await barred()).toBe(true);
    decision = proposed.body;
    const reads = await app.db.query('SELECT purpose, reference FROM retained_record_reads WHERE account_id = $1', [
      leaver.accountId,
    ]);
    expect(reads).toEqual([{ purpose: 'reregistration_ban', reference: decision.sanctions[0]!.id }]);
    const audited = await app.db.query<{ actor_kind: string }>(
      `SELECT actor_kind FROM audit_events WHERE type = 'retained_record.read' AND account_id = $1`,
      [leaver.accountId],
    );
    expect(audited).toEqual([{ actor_kind: 'system' }]);
  });

  it('the receipt token opens an appeal against it; nothing else does; overturned, the number is free again', async () => {
    const path = `/v1/deregistrations/${leaver.id}`;
    const withToken = { headers: { 'receipt-token': leaver.token } };
    const appeal = { decisionId: decision.id, text: 'It was not me.' };
    expect((await app.http.post(`${path}/appeals`, appeal)).status).toBe(404);
    expect((await app.http.get(`${path}/bans`, { headers: { 'receipt-token': 'guessed' } })).status).toBe(404);
    const shown = await app.http.get<{ items: { id: string; notice: { text: string } }[] }>(`${path}/bans`, withToken);
    expect(shown.body.items).toMatchObject([{ id: decision.id }]);
    expect(shown.body.items[0]!.notice.text).toContain('禁止重新注册');
    expect(shown.text).not.toMatch(/alice|sam/);
    const filed = await app.http.post<{ id: string }>(`${path}/appeals`, appeal, withToken);
    expect(filed.status).toBe(201);
    expect((await app.http.post<{ code: string }>(`${path}/appeals`, appeal, withToken)).body.code).toBe('appeal_live');
    // Whoever comes back with nothing but the receipt sees the appeal, and can add to it.
    const more = { text: 'The contract of the number is from last year.' };
    expect((await app.http.post(`${path}/appeals/${filed.body.id}/messages`, more)).status).toBe(404);
    expect((await app.http.post(`${path}/appeals/${filed.body.id}/messages`, more, withToken)).status).toBe(201);
    const show = async (token: string): Promise<{ status: number; body: unknown }> => {
      const body = new FormData();
      body.append('file', new Blob(['%PDF-1.4\ntrailer<<>>\n%%EOF\n']), 'contract.pdf');
      const headers = { 'receipt-token': token };
      const to = `${app.url}${path}/appeals/${filed.body.id}/files`;
      const answer = await fetch(to, { method: 'POST', headers, body });
      return { status: answer.status, body: await answer.json() };
    };
    expect((await show('guessed')).status).toBe(404);
    expect(await show(leaver.token)).toMatchObject({
      status: 201,
      body: { files: [{ mediaType: 'application/pdf' }] },
    });
    expect((await app.http.get(`${path}/bans`, withToken)).body).toMatchObject({
      items: [
        {
          appeal: {
            id: filed.body.id,
            messages: [{ text: appeal.text }, { ...more, fromStaff: false }],
            files: [{ mediaType: 'application/pdf' }],
          },
        },
      ],
    });
    const overturn = { outcome: 'overturned', answer: 'You are right.' };
    await (await mod.as('bob')).post(`/v1/appeals/${filed.body.id}/decision`, overturn);
    expect((await app.http.get(`${path}/appeals/${filed.body.id}`, withToken)).body).toMatchObject({
      state: 'overturned',
    });
    const late = await app.http.post<{ code: string }>(`${path}/appeals/${filed.body.id}/messages`, more, withToken);
    expect(late.body.code).toBe('appeal_ended');
    expect(await barred()).toBe(false);
    expect((await app.http.get(`${path}/bans`, withToken)).body).toEqual({ items: [] });
  });

  it('once what was kept has been destroyed, a ban would reach nobody, and says so instead of pretending', async () => {
    app.clock.advance(200 * 86_400_000);
    const proposed = await mod.decide(await mod.openCase(leaver.accountId), ban);
    const sam = await mod.as('sam', 'senior_moderator');
    const path = `/v1/decisions/${proposed.body.id}/approval`;
    expect((await sam.post(path, { approved: true, note: 'Yes.' })).body['code']).toBe('nothing_to_bar');
    expect(await barred()).toBe(false);
    expect((await sam.post(path, { approved: false, note: 'Too late.' })).body).toMatchObject({ state: 'declined' });
  });
});
