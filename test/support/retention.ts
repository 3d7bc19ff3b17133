import { newId } from '../../src/kernel/ids.js';
import { type PlanRef, RetentionService } from '../../src/modules/retention/retention.service.js';
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
