import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { RecordKeys } from '../../src/modules/retention/keys/record-keys.js';
import { LegalHolds } from '../../src/modules/retention/legal-holds.js';
import { recordContext } from '../../src/modules/retention/record-sealer.js';
import { RecordStore } from '../../src/modules/retention/record.store.js';
import { RetentionRuns, type RunView } from '../../src/modules/retention/retention-runs.js';
import { type HoldOrder, type PlanRef, RetentionService } from '../../src/modules/retention/retention.service.js';
import { RunWorker } from '../../src/modules/retention/run-worker.js';
import { RUNS_ALWAYS } from '../../src/platform/database/once.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import type { TestApp } from './app.js';

/** Announces the end of an account, as the saga does at its point of no return. */
export async function announce(app: TestApp, accountId: string): Promise<PlanRef> {
  const retention = app.get(RetentionService);
  const plan: PlanRef = { planId: newId(), policySha256: retention.policy.sha256 };
  await app.get(Transactor).run((tx) => retention.announceErasure(tx, accountId, plan));
  await retention.flushLedger();
  return plan;
}

export const classesOf = async (app: TestApp, accountId: string): Promise<string[]> =>
  (await app.get(RetentionService).planFor(app.get(Transactor).reader, accountId, app.clock.now())).entries.map(
    (e) => e.recordClass,
  );

/** Seals and erases every class of an account. @returns classes that a hold deferred */
export async function leave(
  app: TestApp,
  accountId: string,
  given?: PlanRef,
): Promise<{ plan: PlanRef; deferred: string[] }> {
  const retention = app.get(RetentionService);
  const transactor = app.get(Transactor);
  const plan = given ?? (await announce(app, accountId));
  const deferred: string[] = [];
  const classes = await classesOf(app, accountId);
  for (const name of classes) {
    await transactor.run((tx) => retention.sealClassForSubject(tx, accountId, name, plan, app.clock.now()));
  }
  for (const name of classes) {
    for (let more = true; more;) {
      const done = await transactor.run((tx) => retention.eraseClassForSubject(tx, accountId, name, plan));
      if (done.deferred) deferred.push(name);
      more = done.more;
    }
  }
  return { plan, deferred };
}

/** Puts a sealed record of a class there, as the saga would, long past its period. */
export async function sealExpired(
  app: TestApp,
  recordClass: string,
  accountId = newId(),
  caseIds: string[] = [],
): Promise<{ id: string; accountId: string }> {
  const retention = app.get(RetentionService);
  const plan: PlanRef = { planId: newId(), policySha256: retention.policy.sha256 };
  const record = {
    accountId,
    recordClass,
    data: { kept: accountId },
    triggerAt: new Date('2020-01-01T00:00:00Z'),
    caseIds,
  };
  const { id } = await app.get(Transactor).run((tx) => retention.sealRecord(tx, record, plan));
  return { id, accountId };
}

/** Asks for a run, as the schedule does, and works it to its end in this process. */
export async function runNow(app: TestApp, recordClasses: string[], dryRun = false): Promise<RunView> {
  const runs = app.get(RetentionRuns);
  const id = await runs.request(RUNS_ALWAYS, dryRun, { recordClasses }, SYSTEM);
  await app.get(RunWorker).work(id);
  for (let view = await runs.find(id); ; view = await runs.find(id)) {
    if (!['queued', 'running'].includes(view.run.state)) return view;
    await sleep(20);
  }
}

export const order = (app: TestApp, scope: Partial<HoldOrder>): HoldOrder => ({
  reason: 'dispute',
  authority: '北京互联网法院',
  reference: 'X-1',
  reviewAt: new Date(app.clock.now().getTime() + 30 * 86_400_000),
  ...scope,
});

export const LEGAL = { kind: 'staff', id: 'lei', role: 'legal' } as const;

export const placeHold = (app: TestApp, scope: Partial<HoldOrder>): Promise<{ id: string }> =>
  app.get(LegalHolds).place(RUNS_ALWAYS, order(app, scope), LEGAL);

/** Whether a retained record is there and its key still opens it. */
export async function recordOpens(app: TestApp, id: string): Promise<boolean> {
  const row = await app.get(RecordStore).find(app.get(Transactor).reader, id);
  if (row === undefined) return false;
  const name = { accountId: row.account_id, recordClass: row.record_class };
  const opened = app.get(RecordKeys).open(name, row.sealed, recordContext(id));
  return opened.then(
    () => true,
    () => false,
  );
}
