import { gather, type GatheredWriter, writeGathered } from '../../src/platform/database/gathered.js';
import { post, rows } from '../../src/platform/database/sql.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';

describe('Transactions', () => {
  let app: TestApp;
  let transactor: Transactor;
  beforeAll(async () => {
    app = await startApp({ env: { ROLE: 'api', DATABASE_POOL_SIZE: '2' } });
    transactor = app.get(Transactor);
    await app.db.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
  });
  afterAll(() => app.stop());
  beforeEach(() => app.db.query('TRUNCATE notes'));

  const written = async (): Promise<unknown[]> => app.db.query('SELECT id, text FROM notes ORDER BY id');
  const insert = (tx: Tx, id: number, text: string): Promise<unknown[]> =>
    rows(tx, 'INSERT INTO notes (id, text) VALUES ($1, $2)', [id, text]);

  it('leaves nothing of a transaction that failed, whatever had been sent', async () => {
    await expect(
      transactor.run(async (tx) => {
        await insert(tx, 1, 'a');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(transactor.run((tx) => Promise.all([insert(tx, 1, 'a'), insert(tx, 1, 'twice')]))).rejects.toThrow(
      'notes_pkey',
    );
    expect(await written()).toEqual([]);
  });

  it('never calls a transaction committed that the database has rolled back', async () => {
    const swallows = transactor.run(async (tx) => {
      await insert(tx, 1, 'a');
      await insert(tx, 1, 'twice').catch(() => undefined);
    });
    await expect(swallows).rejects.toThrow('rolled back');
    expect(await written()).toEqual([]);
  });

  it('ends empty ones, and many at once on few connections', async () => {
    await transactor.run(() => Promise.resolve());
    await Promise.all(Array.from({ length: 50 }, (_, id) => transactor.run((tx) => insert(tx, id, 'x'))));
    expect(await written()).toHaveLength(50);
  });

  describe('what nobody waits for', () => {
    const put = (tx: Tx, id: number): Promise<void> =>
      post(tx, 'INSERT INTO notes (id, text) VALUES ($1, $2)', [id, 'x']);

    it('keeps its place among the others', async () => {
      await transactor.run(async (tx) => {
        await put(tx, 1);
        expect(await rows(tx, 'SELECT id FROM notes')).toEqual([{ id: 1 }]);
        await put(tx, 2);
        expect(await tx.query('SELECT id FROM notes ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
        await put(tx, 3);
      });
      expect(await written()).toHaveLength(3);
    });

    it('fails the commit, or the next question, by its own name; nothing is left', async () => {
      const refusal = { driverError: { constraint: 'notes_pkey' } };
      const atCommit = transactor.run(async (tx) => {
        await put(tx, 1);
        await put(tx, 1);
      });
      await expect(atCommit).rejects.toMatchObject(refusal);
      const atQuestion = transactor.run(async (tx) => {
        await put(tx, 1);
        await put(tx, 1);
        await rows(tx, 'SELECT 1');
      });
      await expect(atQuestion).rejects.toMatchObject(refusal);
      const byTheOrm = transactor.run(async (tx) => {
        await put(tx, 1);
        await put(tx, 1);
        await tx.query('SELECT 1');
      });
      await expect(byTheOrm).rejects.toMatchObject(refusal);
      expect(await written()).toEqual([]);
      for (let i = 0; i < 6; i += 1) await transactor.run((tx) => put(tx, i));
      expect(await written()).toHaveLength(6);
    });

    it('goes with a refusal, also what a branch says that is still under way', async () => {
      const late: Promise<void>[] = [];
      const refused = transactor.run(async (tx) => {
        await put(tx, 1);
        const branch = rows(tx, 'SELECT 1')
          .then(() => rows(tx, 'SELECT 2'))
          .then(() => put(tx, 2));
        late.push(branch);
        await rows(tx, 'SELECT 3');
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      await expect(late[0]).rejects.toThrow(/given up|has ended/);
      await transactor.run(() => Promise.resolve());
      expect(await written()).toEqual([]);
    });

    it('tells each of many at once its own outcome', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, i) =>
          transactor.run(async (tx) => {
            await put(tx, i % 20);
            return rows(tx, 'SELECT $1::int AS i', [i]);
          }),
        ),
      );
      expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(20);
      for (const [i, o] of outcomes.entries()) if (o.status === 'fulfilled') expect(o.value).toEqual([{ i }]);
      expect(await written()).toHaveLength(20);
    });

    it('is written at once outside of a transaction', async () => {
      await put(transactor.reader, 1);
      expect(await written()).toHaveLength(1);
    });
  });

  it('prepares statements once and survives a table that changes under them', async () => {
    await insert(transactor.reader, 1, 'a');
    const all = (): Promise<unknown[]> => rows(transactor.reader, 'SELECT * FROM notes WHERE id = $1', [1]);
    for (let i = 0; i < 10; i += 1) await Promise.all([all(), all()]);
    const readAll = (): Promise<unknown[]> =>
      transactor.run((tx) => rows(tx, 'SELECT * FROM notes WHERE id = $1', [1]));
    for (let i = 0; i < 10; i += 1) await Promise.all([readAll(), readAll()]);
    await app.db.query('ALTER TABLE notes ADD COLUMN more int DEFAULT 7');
    try {
      expect(await readAll()).toEqual([{ id: 1, text: 'a', more: 7 }]);
      expect(await all()).toEqual([{ id: 1, text: 'a', more: 7 }]);
    } finally {
      await app.db.query('ALTER TABLE notes DROP COLUMN more');
    }
  });

  describe('what is gathered', () => {
    const calls: number[] = [];
    const writer: GatheredWriter<number> = {
      write: async (tx, ids) => {
        calls.push(ids.length);
        for (const id of ids) await insert(tx, id, 'gathered');
      },
    };
    beforeEach(() => calls.splice(0));

    it('is written together before the commit, and goes with a rollback', async () => {
      await transactor.run(async (tx) => {
        for (const id of [1, 2, 3]) await gather(tx, writer, id);
        expect(await rows(tx, 'SELECT id FROM notes')).toEqual([]);
      });
      expect(calls).toEqual([3]);
      expect(await written()).toHaveLength(3);
      await expect(
        transactor.run(async (tx) => {
          await gather(tx, writer, 4);
          await insert(tx, 4, 'taken');
        }),
      ).rejects.toThrow('notes_pkey');
      expect(await written()).toHaveLength(3);
    });

    it('is there at once for who must see it, and outside of a transaction', async () => {
      await transactor.run(async (tx) => {
        await gather(tx, writer, 1);
        await writeGathered(tx);
        expect(await rows(tx, 'SELECT id FROM notes')).toEqual([{ id: 1 }]);
        await gather(tx, writer, 2);
      });
      await gather(transactor.reader, writer, 3);
      expect(calls).toEqual([1, 1, 1]);
      expect(await written()).toHaveLength(3);
    });
  });
});
