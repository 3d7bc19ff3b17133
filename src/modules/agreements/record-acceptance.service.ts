import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { type Acceptance, AcceptancesStore, type KeptAcceptance } from './acceptances.store.js';
import { AGREEMENT_EVENTS } from './agreements.events.js';
import type { AcceptanceWay, Channel, VersionRef } from './domain/agreement.js';

export interface Answer {
  readonly accountId: string;
  readonly versions: readonly VersionRef[];
  readonly how: AcceptanceWay;
  readonly channel: Channel;
  readonly ip: string;
  readonly userAgent: string;
  readonly guardianId?: string | undefined;
  readonly at: Date;
}

/** Where an answer came from. */
export interface AcceptanceOrigin {
  readonly ip: string;
  readonly userAgent: string;
}

/** Writes answers into the ledger, with their audit event and their news (AGR-2). */
@Injectable()
export class RecordAcceptanceService {
  constructor(
    private readonly store: AcceptancesStore,
    private readonly cipher: FieldCipher,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
  ) {}

  /** @returns the versions that were not in the ledger before */
  accept(tx: Tx, answer: Answer): Promise<VersionRef[]> {
    return this.write(tx, answer, 'accepted');
  }

  /** Of an account that is opened in this transaction: every version is new, and nobody waits to hear it. */
  async acceptOpening(tx: Tx, answer: Answer): Promise<void> {
    const { rows, sealed } = this.rowsOf(answer, 'accepted');
    await this.store.appendFirst(tx, rows, sealed);
    if (rows.length > 0) await this.tell(tx, answer, 'accepted', rows);
  }

  /** A refusal is on record too: it is why the account stops, and the beginning of its way out. */
  refuse(tx: Tx, answer: Answer): Promise<VersionRef[]> {
    return this.write(tx, answer, 'refused');
  }

  /** Null once the origin is erased. */
  originOf(acceptance: KeptAcceptance): AcceptanceOrigin | null {
    if (acceptance.sealed === null) return null;
    return JSON.parse(this.cipher.openText(acceptance.sealed, contextOf(acceptance.id))) as AcceptanceOrigin;
  }

  private async write(tx: Tx, answer: Answer, decision: Acceptance['decision']): Promise<VersionRef[]> {
    const { rows, sealed } = this.rowsOf(answer, decision);
    const made = await this.store.append(tx, rows, sealed);
    const written = rows.filter(({ id }) => made.includes(id));
    if (written.length > 0) await this.tell(tx, answer, decision, written);
    return written.map(({ documentId, version, sha256 }) => ({ documentId, version, sha256 }));
  }

  private rowsOf(answer: Answer, decision: Acceptance['decision']): { rows: Acceptance[]; sealed: Buffer[] } {
    const { accountId, how, channel, at, guardianId } = answer;
    const origin: AcceptanceOrigin = { ip: answer.ip, userAgent: answer.userAgent.slice(0, 500) };
    const rows = answer.versions.map((ref) => ({
      ...ref,
      id: newId(),
      accountId,
      decision,
      how,
      channel,
      guardianId: guardianId ?? null,
      at,
    }));
    return { rows, sealed: rows.map(({ id }) => this.cipher.seal(JSON.stringify(origin), contextOf(id))) };
  }

  private async tell(tx: Tx, answer: Answer, decision: Acceptance['decision'], written: Acceptance[]): Promise<void> {
    const { accountId, how, channel, guardianId } = answer;
    const type = decision === 'accepted' ? AGREEMENT_EVENTS.accepted : AGREEMENT_EVENTS.refused;
    const actor: Actor =
      guardianId === undefined ? { kind: 'account', id: accountId } : { kind: 'guardian', id: guardianId };
    const refs = written.map(({ documentId, version, sha256 }) => ({ documentId, version, sha256 }));
    await this.audit.record(tx, {
      type,
      actor,
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: ['AGR-2', 'preamble'],
      policies: Object.fromEntries(refs.map((r) => [`${r.documentId}@${r.version}`, r.sha256])),
    });
    await this.outbox.publish(tx, { type, accountId, subjectId: accountId, data: { acceptances: refs, how, channel } });
  }
}

const contextOf = (id: string): string => columnContext('agreement_acceptance_details', 'sealed', id);
