import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../src/kernel/ids.js';
import { DeferredUnits } from '../../src/modules/retention/deferred-units.js';
import { ErasureReplay } from '../../src/modules/retention/erasure-replay.js';
import { LegalHolds } from '../../src/modules/retention/legal-holds.js';
import { type PlanRef, RetentionService } from '../../src/modules/retention/retention.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { backupOf, createDatabase, type TestDatabase } from '../support/database.js';
import { LEGAL, placeHold } from '../support/retention.js';

const CLASS = 'access_log';

/**
 * What the person did not agree to leave here is erased although the policy would keep it. That must hold on every way on
 * which an announced erasure is carried out, also long after, when nobody has the plan in hand any more.
 */
describe('a plan that erases what the policy would keep', () => {
  let dataDir: string;
  let db: TestDatabase;
  let app: TestApp;
  const env = { RETENTION_SCHEDULED_RUNS: 'false' };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'dispositions-'));
    db = await createDatabase();
    app = await startApp({ env, db, dataDir });
  });
  afterAll(async () => {
    await app.stop();
    await db.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const person = async (): Promise<string> => {
    const phone = freshPhone();
    const { id } = await openAccount(app, phone);
    await signIn(app, phone);
    return id;
  };
  const announced = async (accountId: string): Promise<PlanRef> => {
    const retention = app.get(RetentionService);
    const plan: PlanRef = { planId: newId(), policySha256: retention.policy.sha256 };
    await app.get(Transactor).run((tx) => retention.announceErasure(tx, accountId, plan, { [CLASS]: 'erase' }));
    await retention.flushLedger();
    return plan;
  };
  const live = (of: TestDatabase, id: string) => of.query('SELECT 1 FROM sessions WHERE account_id = $1', [id]);
  const sealed = async (of: TestDatabase, id: string): Promise<string[]> =>
    (
      await of.query<{ record_class: string }>('SELECT record_class FROM retained_records WHERE account_id = $1', [id])
    ).map((r) => r.record_class);

  it('after a legal hold that stopped it is lifted', async () => {
    const accountId = await person();
    const hold = await placeHold(app, { accountId });
    const plan = await announced(accountId);
    const step = await app
      .get(Transactor)
      .run((tx) => app.get(RetentionService).eraseClassForSubject(tx, accountId, CLASS, plan, 'erase'));
    expect(step.deferred).toBe(true);
    expect(await live(db, accountId)).not.toEqual([]);
    await app.get(LegalHolds).release(hold.id, 'the case is over', LEGAL);
    await app.get(DeferredUnits).workDue();
    expect(await live(db, accountId)).toEqual([]);
    expect(await sealed(db, accountId)).toEqual([]);
  });

  it('on a backup that was restored, by the replay of the ledger', async () => {
    const accountId = await person();
    await app.get(RetentionService).flushLedger();
    await app.stop();
    const restored = await backupOf(db);
    app = await startApp({ env, db, dataDir });
    await announced(accountId);
    const old = await startApp({ env, db: restored, dataDir });
    try {
      expect(await live(restored, accountId)).not.toEqual([]);
      expect(await old.get(ErasureReplay).replay()).toMatchObject({ erasures: 1 });
      expect(await live(restored, accountId)).toEqual([]);
      expect(await sealed(restored, accountId)).toEqual(['registration_identity']);
    } finally {
      await old.stop();
      await restored.drop();
    }
  });
});
