import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import { DEREGISTRATION_EVENTS } from './deregistration.events.js';
import type { Deregistration } from './deregistration.record.js';
import { type DeregistrationChange, DeregistrationStore } from './deregistration.store.js';
import {
  type DeregistrationCommand,
  deregistrationLifecycle,
  isIrrevocable,
} from './domain/deregistration-lifecycle.js';
import { AccountGate, ReviewGate } from './ports.js';

type Told = keyof typeof DEREGISTRATION_EVENTS;

const CLAUSES = ['DER-1', 'DER-2', '2.5'];
const IRREVOCABLE: ReadonlySet<Told> = new Set(['partiallyExecuted', 'resumed', 'completed', 'dueDateMoved']);

/** Every change of a request's state goes through here: table, compare-and-set, audit, event, in one transaction. */
@Injectable()
export class ChangeDeregistrationService {
  constructor(
    private readonly store: DeregistrationStore,
    private readonly accounts: AccountGate,
    private readonly reviews: ReviewGate,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the request after the change
   * @throws DomainError wrong_state from the table, stale_version when somebody was faster
   */
  async move(
    tx: Tx,
    seen: Deregistration,
    command: DeregistrationCommand,
    actor: Actor,
    set: DeregistrationChange,
    told: { readonly as: Told; readonly data?: Readonly<Record<string, unknown>> },
  ): Promise<Deregistration> {
    const state = deregistrationLifecycle.move(seen.state, command);
    if (!(await this.store.change(tx, seen, { state, ...set }))) throw new DomainError(HTTP_ERRORS.stale_version);
    await this.tell(tx, seen, told.as, actor, told.data ?? {});
    const after = await this.store.find(tx, seen.id);
    if (after === undefined) throw new Error(`deregistration ${seen.id} vanished inside its own transaction`);
    return after;
  }

  /** Back to the account as it was; the caller holds the account's lock. */
  async withdraw(tx: Tx, seen: Deregistration, actor: Actor): Promise<void> {
    if (isIrrevocable(seen.state)) throw new DomainError(DEREGISTRATION_ERRORS.point_of_no_return);
    await this.move(tx, seen, 'withdraw', actor, this.closing(), { as: 'withdrawn' });
    await this.accounts.restore(tx, seen.accountId, seen.accountStateBefore, actor);
    await this.reviews.cancel(tx, { deregistrationId: seen.id, accountId: seen.accountId }, actor);
  }

  /** What every end of a request sets: nothing due any more, the person's own words gone. */
  closing(): DeregistrationChange {
    return { closed_at: this.clock.now(), next_due_at: null, reason_sealed: null };
  }

  async tell(
    tx: Tx,
    of: { readonly id: string; readonly accountId: string },
    as: Told,
    actor: Actor = SYSTEM,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const type = DEREGISTRATION_EVENTS[as];
    const { id, accountId } = of;
    const entry = { type, actor, accountId, target: { kind: 'deregistration', id }, clauses: CLAUSES };
    // Details of the audit log are erased with the person: past the point of no return none are written any more.
    await this.audit.record(tx, IRREVOCABLE.has(as) ? entry : { ...entry, data });
    await this.outbox.publish(tx, { type, accountId, subjectId: id, data: { deregistrationId: id, ...data } });
  }
}
