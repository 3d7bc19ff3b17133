import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';

describe('Idempotency-Key', () => {
  let app: TestApp;
  let transactor: Transactor;
  beforeAll(async () => {
    app = await startApp();
    transactor = app.get(Transactor);
    await app.db.query('CREATE TABLE effects (id serial, at text)');
  });
  afterAll(() => app.stop());

  const act = (key: string, requestHash: string, at: string): Promise<{ at: string }> =>
    transactor.once({ key, requestHash }, async (tx) => {
      await tx.query('INSERT INTO effects (at) VALUES ($1)', [at]);
      return { at };
    });
  const effects = async (): Promise<number> => (await app.db.query('SELECT 1 FROM effects')).length;

  it('gives the first answer again and does nothing twice', async () => {
    const before = await effects();
    expect(await act('a', 'h', 'first')).toEqual({ at: 'first' });
    expect(await act('a', 'h', 'second')).toEqual({ at: 'first' });
    expect(await effects()).toBe(before + 1);
  });

  it('refuses the same key with another body', async () => {
    await act('b', 'h1', 'x');
    await expect(act('b', 'h2', 'y')).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('does the work once for 20 requests at the same time', async () => {
    const before = await effects();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => act('c', 'h', String(i))));
    expect(new Set(answers.map((a) => a.at)).size).toBe(1);
    expect(await effects()).toBe(before + 1);
  });

  it('counts a repeat against no limit, and asks it for nothing that is worth one request', async () => {
    let admitted = 0;
    const send = () =>
      transactor.onceAdmitted(
        { key: 'f', requestHash: 'h' },
        () => {
          admitted += 1;
          return admitted > 1 ? Promise.reject(new Error('the challenge is spent')) : Promise.resolve(admitted);
        },
        (_, nth) => Promise.resolve({ nth }),
      );
    expect(await send()).toEqual({ nth: 1 });
    expect(await send()).toEqual({ nth: 1 });
    expect(admitted).toBe(1);
    const other = transactor.onceAdmitted(
      { key: 'f', requestHash: 'h2' },
      () => Promise.resolve(),
      () => Promise.resolve(),
    );
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('keeps no answer of work that failed: the retry runs', async () => {
    const failing = transactor.once({ key: 'd', requestHash: 'h' }, () => Promise.reject(new Error('crash')));
    await expect(failing).rejects.toThrow('crash');
    expect(await act('d', 'h', 'again')).toEqual({ at: 'again' });
  });

  it('gives the kept answer though what the work begins with is gone, and says so where there is none', async () => {
    const send = (key: string, there: boolean, requestHash = 'h') =>
      transactor.once(
        { key, requestHash },
        (_, seen: string) => Promise.resolve({ seen }),
        () => (there ? Promise.resolve('there') : Promise.reject(new Error('it is gone'))),
      );
    expect(await send('g', true)).toEqual({ seen: 'there' });
    expect(await send('g', false)).toEqual({ seen: 'there' });
    await expect(send('g', false, 'h2')).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    await expect(send('h', false)).rejects.toThrow('it is gone');
    expect(await send('h', true)).toEqual({ seen: 'there' });
  });

  it('keeps answers sealed: a token in one is not readable in the table', async () => {
    await act('e', 'h', 'secret-token-value');
    const rows = await app.db.query<{ answer: Buffer }>(`SELECT answer FROM idempotency_keys WHERE key = 'e'`);
    expect(rows[0]?.answer.toString('latin1')).not.toContain('secret-token-value');
  });
});
