import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { CasesStore } from '../cases/cases.store.js';
import { claimLifecycle } from '../domain/claim-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { type ClaimRecord, ClaimsStore, type PaymentRecord } from './claims.store.js';

export interface NewClaim {
  readonly kind: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly reference?: string | undefined;
}

/** Loss and compensation (ENF-12): a ledger of amounts, never a payment system. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ClaimsStore,
    private readonly cases: CasesStore,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  record(once: Once, caseId: string, claim: NewClaim, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const found = await this.cases.find(tx, caseId);
      if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
      const now = this.clock.now();
      const record: ClaimRecord = {
        id: newId(),
        accountId: found.accountId,
        caseId,
        kind: claim.kind,
        amountMinor: String(claim.amountMinor),
        paidMinor: '0',
        currency: claim.currency,
        state: 'recorded',
        version: 1,
        reference: claim.reference ?? null,
        recordedBy: actor.id,
        createdAt: now,
        updatedAt: now,
      };
      await this.store.insert(tx, record);
      await this.note(tx, ENFORCEMENT_EVENTS.claimRecorded, record, actor, { amountMinor: record.amountMinor });
      return { id: record.id };
    });
  }

  /** The same reference twice is one payment; more than what is due is refused. */
  pay(
    once: Once,
    claimId: string,
    payment: { amountMinor: number; reference: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const claim = await this.mustLock(tx, claimId);
      const now = this.clock.now();
      const amountMinor = String(payment.amountMinor);
      const row = { id: newId(), amountMinor, reference: payment.reference, by: actor.id, at: now };
      if (!(await this.store.addPayment(tx, claim, row))) return { id: claimId };
      const paid = BigInt(claim.paidMinor) + BigInt(payment.amountMinor);
      if (claimLifecycle.isTerminal(claim.state)) throw new DomainError(ENFORCEMENT_ERRORS.claim_settled);
      if (paid > BigInt(claim.amountMinor)) throw new DomainError(ENFORCEMENT_ERRORS.payment_too_high);
      const state = claimLifecycle.move(claim.state, paid === BigInt(claim.amountMinor) ? 'settle' : 'pay_in_part');
      await this.save(tx, { ...claim, state, paidMinor: paid.toString(), updatedAt: now }, actor);
      return { id: claimId };
    });
  }

  change(claimId: string, command: 'assert' | 'waive', actor: Actor): Promise<ClaimRecord> {
    return this.transactor.run(async (tx) => {
      const claim = await this.mustLock(tx, claimId);
      const state = claimLifecycle.move(claim.state, command);
      return this.save(tx, { ...claim, state, updatedAt: this.clock.now() }, actor);
    });
  }

  async get(claimId: string): Promise<ClaimRecord> {
    const found = await this.store.find(this.transactor.reader, claimId);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.claim_not_found);
    return found;
  }

  async list(
    filter: { state?: string | undefined; accountId?: string | undefined },
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<ClaimRecord>> {
    const found = await this.store.list(this.transactor.reader, filter, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (c) => [c.createdAt, c.id]);
  }

  async withPayments(claimId: string): Promise<ClaimRecord & { readonly payments: readonly PaymentRecord[] }> {
    const claim = await this.get(claimId);
    return { ...claim, payments: await this.store.paymentsOf(this.transactor.reader, claimId) };
  }

  ofCase(caseId: string): Promise<ClaimRecord[]> {
    return this.store.ofCase(this.transactor.reader, caseId);
  }

  totals(accountId: string): Promise<{ currency: string; claimedMinor: string; paidMinor: string }[]> {
    return this.store.totals(this.transactor.reader, accountId);
  }

  private async mustLock(tx: Tx, id: string): Promise<ClaimRecord> {
    const found = await this.store.lock(tx, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.claim_not_found);
    return found;
  }

  private async save(tx: Tx, claim: ClaimRecord, actor: Actor): Promise<ClaimRecord> {
    await this.store.save(tx, claim);
    await this.note(tx, ENFORCEMENT_EVENTS.claimChanged, claim, actor, {
      state: claim.state,
      paidMinor: claim.paidMinor,
    });
    return { ...claim, version: claim.version + 1 };
  }

  private async note(tx: Tx, type: string, c: ClaimRecord, actor: Actor, data: object): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: c.accountId,
      target: { kind: 'loss_claim', id: c.id },
      clauses: ['ENF-12', '7.1'],
      data: { kind: c.kind, currency: c.currency, caseId: c.caseId, ...data },
    });
  }
}
