import { jest } from '@jest/globals';
import { readPolicyFile } from '../../src/modules/retention/catalogue.js';
import { RetentionGate } from '../../src/modules/deregistration/ports.js';
import { SagaStepsService } from '../../src/modules/deregistration/saga-steps.service.js';
import { PlaceStore } from '../../src/modules/retention/place.store.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { apply, approve, execute, pass, QUICK, reach, see, stateOf, toReview } from '../support/leaving.js';
import { serviceToken, staffToken } from '../support/tokens.js';

/** Rows of the research page that need the whole saga with somebody in its way. */
describe('what may come into the way of a saga', () => {
  let app: TestApp;
  let participant: HttpClient;
  beforeAll(async () => {
    app = await startApp({ env: QUICK });
    participant = app.http.with(await serviceToken(app, 'obligations:write', 'billing-client'));
  });
  afterAll(() => app.stop());
  afterEach(() => jest.restoreAllMocks());

  const approved = async (phone = freshPhone()): Promise<{ id: string; accountId: string; phone: string }> => {
    const { id, accountId } = await apply(app, phone);
    await toReview(app);
    await approve(app, id);
    return { id, accountId, phone };
  };
  const receipt = async (id: string): Promise<unknown> =>
    (await app.db.query<{ receipt: string | null }>('SELECT receipt FROM deregistrations WHERE id = $1', [id]))[0]
      ?.receipt;
  const asked = (id: string): Promise<object[]> =>
    app.db.query(`SELECT 1 FROM outbox_events WHERE type = 'deregistration.erasure_requested' AND subject_id = $1`, [
      id,
    ]);

  it('R11 before every single step of the saga the number is still nobody else’s', async () => {
    const { id, accountId, phone } = await approved();
    const steps = app.get(SagaStepsService);
    const work = steps.work.bind(steps);
    const tried: string[] = [];
    jest.spyOn(steps, 'work').mockImplementation(async (d, units) => {
      const outcome = await openAccount(app, phone).then(
        () => 'opened',
        (error: { code?: string }) => error.code,
      );
      for (const { phase, unit } of units) tried.push(`${phase}/${unit}: ${outcome ?? ''}`);
      await work(d, units);
    });
    await execute(app);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(tried.length).toBeGreaterThan(20);
    expect(tried.filter((line) => !line.endsWith(': identifier_taken'))).toEqual([]);
    const next = await openAccount(app, phone);
    expect(next.id).not.toBe(accountId);
  });

  it('R43 while a class cannot be sealed nobody is told to erase, and nothing of it is erased here', async () => {
    const { id, accountId } = await approved();
    const gate = app.get(RetentionGate);
    const broken = jest.spyOn(gate, 'seal').mockRejectedValue(new Error('no key store'));
    await execute(app);
    const seen = await see(app, id);
    expect(seen.units.filter((u) => u.phase === 'seal').some((u) => u.state === 'failed')).toBe(true);
    expect(seen.units.filter((u) => u.phase.startsWith('erase')).every((u) => u.state === 'planned')).toBe(true);
    expect(await asked(id)).toEqual([]);
    const [account] = await app.db.query('SELECT 1 FROM accounts WHERE id = $1 AND display_name IS NOT NULL', [
      accountId,
    ]);
    expect(account).toBeDefined();
    broken.mockRestore();
    for (let i = 0; i < 6; i += 1) await pass(app, 20);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(await asked(id)).toHaveLength(3);
  });

  it('R32 an eraser that sees no rows, as on a replica that lags, has not succeeded: found, told, no receipt', async () => {
    const { id } = await approved();
    const places = app.get(PlaceStore);
    const stale = jest.spyOn(places, 'eraseSubject').mockResolvedValue(0);
    await execute(app);
    const seen = await see(app, id);
    expect(seen.units.filter((u) => u.phase === 'erase_inside').every((u) => u.state === 'done')).toBe(true);
    expect(seen.state).toBe('partially_executed');
    expect(seen.unfinished).toEqual([{ phase: 'verify', unit: 'residue', reason: 'ResidueFound' }]);
    // Whoever is woken sees where, and never what.
    const [{ found } = { found: [] }] = seen.units.filter((u) => u.phase === 'verify');
    expect(found).toContain('accounts.display_name: personal_column in 1');
    expect(await receipt(id)).toBeNull();
    stale.mockRestore();
    for (let i = 0; i < 4; i += 1) await pass(app, 31);
    expect(await reach(app, id, 'completed')).toBe('completed');
  });

  it('R14 what still arrives about the account, during and after, is refused or leaves nothing', async () => {
    const { id, accountId } = await approved();
    const gate = app.get(RetentionGate);
    const waiting = jest.spyOn(gate, 'seal').mockRejectedValue(new Error('not yet'));
    await execute(app);
    expect(await stateOf(app, id)).toBe('executing');
    const moderator = app.http.with(await staffToken(app, ['moderator'], 'mia'));
    const late = async (): Promise<(string | undefined)[]> => {
      const owed = { kind: 'unpaid_balance', reference: 'late-1', howToClear: { zh: '请付款。', en: 'Pay.' } };
      const answers = [
        await participant.put(`/v1/accounts/${accountId}/obligations`, { participant: 'billing', obligations: [owed] }),
        await moderator.post(`/v1/accounts/${accountId}/information-disputes`, {
          outcome: 'challenge',
          fields: ['display_name'],
          features: [],
          reason: '晚到的质疑',
        }),
      ];
      return answers.map((a) => (a.body as { code?: string }).code);
    };
    expect(await late()).toEqual(['account_gone', 'account_gone']);
    waiting.mockRestore();
    for (let i = 0; i < 6; i += 1) await pass(app, 20);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(await late()).toEqual(['account_gone', 'account_gone']);
    expect(await rowsOf(accountId)).toEqual([]);
  });

  /** Classified rows of the account that are not kept in place. */
  const rowsOf = async (accountId: string): Promise<string[]> => {
    const { policy } = readPolicyFile('config/retention-policy.yaml');
    const found: string[] = [];
    for (const place of policy.classes.filter((c) => c.ending !== 'keep').flatMap((c) => c.tables)) {
      if (place.subject === undefined || place.set !== undefined) continue;
      const rows = await app.db.query(`SELECT 1 FROM "${place.table}" WHERE "${place.subject}" = $1`, [accountId]);
      if (rows.length > 0) found.push(place.table);
    }
    return found;
  };
});
