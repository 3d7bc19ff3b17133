import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { TokenIssuer } from '../../platform/callers/token-issuer.js';
import type { Tx } from '../../platform/database/transactor.js';
import { newAccessToken, tokenHash } from './access-token.js';
import type { Deregistration, Unit } from './deregistration.record.js';
import { type DeregistrationChange, DeregistrationStore } from './deregistration.store.js';
import type { Plan } from './domain/plan.js';
import { LEGAL_HOLD, type ParticipantClaim, type ReceiptClaims, type RetainedClaim } from './domain/receipt.js';
import { NotifyPersonService } from './notify-person.service.js';
import { CheckpointGate, planRefOf, RetentionGate } from './ports.js';
import { UnitStore } from './unit.store.js';

/** JOSE `typ` of a receipt; no other signed statement passes for one. */
export const RECEIPT_TYPE = 'deregistration-receipt+jwt';

/** The receipt (DER-6, provability.md): made only after the independent pass, sent once, then the address goes. */
@Injectable()
export class IssueReceiptService {
  constructor(
    private readonly store: DeregistrationStore,
    private readonly units: UnitStore,
    private readonly retention: RetentionGate,
    private readonly checkpoints: CheckpointGate,
    private readonly issuer: TokenIssuer,
    private readonly person: NotifyPersonService,
    private readonly clock: Clock,
  ) {}

  async issue(tx: Tx, id: string): Promise<{ jti: string }> {
    const d = await this.store.findLocked(tx, id);
    if (d === undefined || d.plan === null || d.approvedAt === null)
      throw new Error(`deregistration ${id} was never approved`);
    const now = this.clock.now();
    const units = await this.units.of(tx, id);
    const unproven = units.filter(
      (u) => u.state !== 'done' && u.state !== 'deferred' && u.phase !== 'receipt' && u.phase !== 'release',
    );
    // R42: a certificate never comes before its proof.
    if (unproven.length > 0) throw new Error(`deregistration ${id} still has ${unproven.length} unproven units`);
    // First, so that the receipt can say of itself until when it is kept.
    await this.change(tx, d, { completed_at: now });
    const claims: ReceiptClaims = {
      iss: this.issuer.issuer,
      iat: Math.floor(now.getTime() / 1000),
      jti: newId(),
      typ: 'deregistration-receipt',
      deregistrationId: id,
      requestedAt: d.requestedAt.toISOString(),
      approvedAt: d.approvedAt.toISOString(),
      completedAt: now.toISOString(),
      agreement: d.agreement,
      retentionPolicy: d.plan.policy,
      erased: erasedOf(units),
      retained: [
        ...(await this.retention.retained(tx, planRefOf(d, d.plan))),
        ...(await this.heldOf(tx, d, units, now)),
      ],
      participants: await this.participantsOf(tx, d.plan, id),
      checkpoint: await this.checkpoints.now(tx),
    };
    const receipt = await this.issuer.sign(RECEIPT_TYPE, claims);
    await this.change(tx, { ...d, version: d.version + 1 }, { receipt });
    return { jti: claims.jti };
  }

  /** A link that opens the receipt, to the sealed address, once. Undeliverable is not a failed deregistration. */
  async queue(tx: Tx, d: Deregistration, phone: string): Promise<void> {
    const token = newAccessToken();
    await this.store.setReceiptToken(tx, d.id, tokenHash(token));
    await this.person.receipt(tx, d, phone, token);
  }

  private async change(tx: Tx, d: Deregistration, set: DeregistrationChange): Promise<void> {
    if (!(await this.store.change(tx, d, set))) throw new Error(`deregistration ${d.id} changed under its lock`);
  }

  /**
   * Classes that a legal hold kept from being erased: told as what they are, with the holds' ids as the basis. Asked now and
   * not taken from the plan, for a hold may have come after the approval.
   */
  private async heldOf(tx: Tx, d: Deregistration, units: readonly Unit[], now: Date): Promise<RetainedClaim[]> {
    const held: RetainedClaim[] = [];
    for (const { unit } of units.filter((u) => u.phase === 'erase_inside' && u.state === 'deferred')) {
      const holds = await this.retention.holds(tx, d.accountId, [unit]);
      held.push({
        recordClass: unit,
        // None: lifted a moment ago, and the erasure is on its way.
        basis: (holds.length > 0 ? holds : ['—']).map((hold) => ({ instrument: LEGAL_HOLD, article: hold })),
        from: now.toISOString(),
        until: null,
        readers: ['legal'],
      });
    }
    return held;
  }

  private async participantsOf(tx: Tx, plan: Plan, id: string): Promise<ParticipantClaim[]> {
    const accepted = await this.units.accepted(tx, id);
    return plan.participants.map(({ name }) => {
      const answer = accepted.find((a) => a.participant === name && a.phase === 'erase_outside');
      return {
        name,
        acknowledgedAt: answer?.receivedAt.toISOString() ?? null,
        erased: answer?.counts['erased'] ?? 0,
        retained: answer?.counts['retained'] ?? 0,
      };
    });
  }
}

const erasedOf = (units: readonly Unit[]): ReceiptClaims['erased'] =>
  units
    .filter((u) => u.phase === 'erase_inside' && u.state === 'done')
    .map((u) => ({
      recordClass: u.unit,
      action: typeof u.result?.['action'] === 'string' ? u.result['action'] : 'delete',
      count: typeof u.result?.['count'] === 'number' ? u.result['count'] : 0,
    }));
