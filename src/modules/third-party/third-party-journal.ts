import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { ACCOUNT_EVENTS } from '../accounts/accounts.events.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { FlowRow } from './flows.store.js';

/** What the log, the others and the owner learn: ids and codes, never whom a provider vouched for. */
@Injectable()
export class ThirdPartyJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly identifiers: IdentifiersService,
    private readonly messages: MessageQueue,
  ) {}

  /** A step of a flow: in the log only; nobody else acts on it. */
  async flow(
    tx: Tx,
    type: string,
    flow: Pick<FlowRow, 'id' | 'provider' | 'purpose' | 'accountId' | 'registrationId'>,
    actor: Actor,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { id, provider, purpose, accountId, registrationId } = flow;
    await this.audit.record(tx, {
      type,
      actor,
      ...(accountId === null ? {} : { accountId }),
      target: { kind: 'third_party_flow', id },
      clauses: ['2.2'],
      data: { provider, purpose, ...(registrationId === null ? {} : { registrationId }), ...data },
    });
  }

  /** A way into the account came or went: the others hear of it, and so does the number that the account has (REG-5). */
  async linkChanged(
    tx: Tx,
    change: { accountId: string; provider: string; reason: 'linked' | 'unlinked'; linkId: string; locale: Locale },
  ): Promise<void> {
    const { accountId, provider, reason, linkId, locale } = change;
    const data = { kind: 'third_party', reason };
    await this.audit.record(tx, {
      type: ACCOUNT_EVENTS.identifierChanged,
      actor: { kind: 'account', id: accountId },
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: ['2.3(1)', 'REG-5'],
      data: { ...data, provider },
    });
    await this.outbox.publish(tx, { type: ACCOUNT_EVENTS.identifierChanged, accountId, subjectId: accountId, data });
    for (const to of await this.identifiers.contactsOf(tx, accountId)) {
      await this.messages.enqueue(tx, {
        to,
        template: reason === 'linked' ? 'third_party_linked' : 'third_party_unlinked',
        params: { provider },
        locale,
        accountId,
        dedupeKey: `third-party-${reason}-${linkId}-${to.slice(-4)}`,
      });
    }
  }
}
