import { Injectable } from '@nestjs/common';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import type { Tx } from '../../platform/database/transactor.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { isAboutGuardian } from './domain/appeal-subject.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import type { RecoveryAppealRow } from './recovery-appeal.entity.js';
import { RecoveryTokens } from './recovery-tokens.js';

/** What old and new numbers are told about a change. Notices commit with it. */
@Injectable()
export class ChangeNotices {
  constructor(
    private readonly messages: MessageQueue,
    private readonly tokens: RecoveryTokens,
    private readonly runtime: RuntimeConfig,
  ) {}

  /** To every number that the account has or had, with the way to object. */
  async changeComing(tx: Tx, change: IdentifierChangeRow, contacts: readonly string[]): Promise<void> {
    await this.tell(tx, change, contacts, 'identifier_change_notice', this.objectionTo(change));
  }

  /**
   * To the number that guards now, which may object, and to the minor, who may do so once: a stranger is kept from a child by
   * the child's own word, and a guardian is not kept out by it for ever.
   */
  async guardianChangeComing(
    tx: Tx,
    change: IdentifierChangeRow,
    to: { readonly guardian: string; readonly ward: string | undefined; readonly wardMayObject: boolean },
  ): Promise<void> {
    const objection = this.objectionTo(change);
    await this.tell(tx, change, [to.guardian], 'guardian_change_notice', objection);
    const { effectiveAt } = objection;
    await this.tell(
      tx,
      change,
      to.ward === undefined ? [] : [to.ward],
      'ward_guardian_change_notice',
      to.wardMayObject ? objection : { effectiveAt },
    );
  }

  /** To the number that guarded until now, and to the minor. */
  async guardianChangeDone(tx: Tx, change: IdentifierChangeRow, contacts: readonly string[]): Promise<void> {
    await this.tell(tx, change, contacts, 'guardian_change_done', {});
  }

  private objectionTo(change: IdentifierChangeRow): {
    readonly effectiveAt: string;
    readonly objectionToken: string;
    readonly link: string;
  } {
    const objectionToken = this.tokens.issue('identifier-change-objection', change.id);
    return {
      effectiveAt: change.effectiveAt?.toISOString() ?? '',
      objectionToken,
      // In the fragment: the page that the link opens sends it, and no server or log on the way ever has it.
      link: `${publicUrlOf(this.runtime)}/account/objection${isAboutGuardian(change.about) ? '?about=guardian' : ''}#${objectionToken}`,
    };
  }

  async changeDone(tx: Tx, change: IdentifierChangeRow, contacts: readonly string[]): Promise<void> {
    await this.tell(tx, change, contacts, 'identifier_change_done', {});
  }

  /** Whoever appealed is told at the number that they proved; what was decided stands on their page, behind their token. */
  async appealDecided(
    tx: Tx,
    appeal: Pick<RecoveryAppealRow, 'id' | 'locale'>,
    to: string,
    state: string,
  ): Promise<void> {
    await this.messages.enqueue(tx, {
      to,
      template: 'recovery_appeal_decided',
      params: { outcome: state },
      locale: appeal.locale,
      dedupeKey: `recovery-appeal-decided-${appeal.id}`,
    });
  }

  /** The change that a token from a notice may object to. */
  readObjection(token: string): string | undefined {
    return this.tokens.read('identifier-change-objection', token);
  }

  private async tell(
    tx: Tx,
    change: IdentifierChangeRow,
    contacts: readonly string[],
    template: string,
    params: Readonly<Record<string, string>>,
  ): Promise<void> {
    for (const [index, to] of contacts.entries()) {
      await this.messages.enqueue(tx, {
        to,
        template,
        params,
        locale: change.locale,
        accountId: change.accountId,
        dedupeKey: `${template}-${change.id}-${index}`,
      });
    }
  }
}
