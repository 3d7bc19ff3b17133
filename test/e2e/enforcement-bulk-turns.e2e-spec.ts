import { jest } from '@jest/globals';
import { ReverseDecisionService } from '../../src/modules/enforcement/decisions/reverse-decision.service.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { CarryOutBulkService } from '../../src/modules/enforcement/bulk/carry-out-bulk.service.js';
import { Moderation } from '../support/moderation.js';

interface Bulk {
  readonly id: string;
  readonly state: string;
  readonly counts: Record<string, number>;
}

describe('bulk decisions side by side', () => {
  let app: TestApp;
  let mod: Moderation;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    mod = new Moderation(app);
  });
  afterAll(() => app.stop());

  const propose = async (count: number): Promise<string> => {
    const accountIds = await Promise.all(Array.from({ length: count }, async () => (await openAccount(app)).id));
    const order = {
      accountIds,
      note: 'One ring.',
      decision: {
        clauses: ['2.3(3)'],
        actions: [{ type: 'suspension', duration: 'P7D' }],
        statementOfReasons: { facts: 'One device.', explanation: '协议第2.3(3)条禁止批量注册。' },
      },
    };
    const { body } = await (await mod.as('alice')).post<Bulk>('/v1/bulk-decisions', order);
    return body.id;
  };
  const read = async (id: string): Promise<Bulk> =>
    (await (await mod.as('alice')).get<Bulk>(`/v1/bulk-decisions/${id}`)).body;

  it('take turns: a small one does not wait for the end of a large one', async () => {
    const large = await propose(40);
    app.clock.advance(1000);
    const small = await propose(3);
    const bulk = app.get(CarryOutBulkService);
    for (let batch = 0; batch < 3; batch += 1) {
      await bulk.runBatch(5);
      app.clock.advance(1000);
    }
    expect((await read(small)).counts).toEqual({ done: 3 });
    expect((await read(large)).state).toBe('running');
    await app.drain();
    expect(await read(large)).toMatchObject({ state: 'done', counts: { done: 40 } });
  });

  it('lapse when nobody agrees in time: nothing has happened to anybody, and the second person has nothing left to do', async () => {
    const id = await propose(51);
    expect((await read(id)).state).toBe('awaiting_approval');
    const sam = await mod.as('sam', 'senior_moderator');
    app.clock.advance(3 * 86_400_000 - 60_000);
    await app.drain();
    expect((await read(id)).state).toBe('awaiting_approval');
    app.clock.advance(60_001);
    await app.drain();
    expect(await read(id)).toMatchObject({ state: 'lapsed', counts: { waiting: 51 } });
    const late = await sam.post<{ code: string }>(`/v1/bulk-decisions/${id}/approval`, {
      approved: true,
      note: 'Yes.',
    });
    expect(late.body.code).toBe('not_awaiting_approval');
    expect(
      await app.db.query(`SELECT 1 FROM review_tasks WHERE subject_id = $1 AND state <> 'cancelled'`, [id]),
    ).toEqual([]);
    expect(await app.db.query('SELECT 1 FROM decisions WHERE bulk_id = $1', [id])).toEqual([]);
  });

  it('one account that breaks is tried after the others and then shown as not done; the rest is reversed as one', async () => {
    const id = await propose(6);
    await app.drain();
    const [victim] = await app.db.query<{ decision_id: string }>(
      'SELECT decision_id FROM bulk_items WHERE bulk_id = $1 ORDER BY account_id LIMIT 1',
      [id],
    );
    const reversing = app.get(ReverseDecisionService);
    const overturn = reversing.overturn.bind(reversing);
    const broken = jest.spyOn(reversing, 'overturn').mockImplementation((tx, decision, reason, actor) => {
      if (decision.id === victim?.decision_id) throw new Error('something nobody thought of');
      return overturn(tx, decision, reason, actor);
    });
    const sam = await mod.as('sam', 'senior_moderator');
    expect((await sam.post(`/v1/bulk-decisions/${id}/reversal`, {})).status).toBe(200);
    await app.drain();
    expect(await read(id)).toMatchObject({ state: 'reversed', counts: { reversed: 5, not_reversed: 1 } });
    expect(broken).toHaveBeenCalledTimes(5 + 5);
    broken.mockRestore();
    const [item] = await app.db.query<{ problem: string }>(
      `SELECT problem FROM bulk_items WHERE bulk_id = $1 AND state = 'not_reversed'`,
      [id],
    );
    expect(item).toEqual({ problem: 'internal_error' });
  });
});
