import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { FreezeService } from '../accounts/freeze.service.js';
import { isAboutGuardian } from './domain/appeal-subject.js';
import { ChangeNotices } from './change-notices.js';
import { type ChangeView, IdentifierChangeSteps, viewOf } from './identifier-change-steps.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RecoveryStore } from './recovery.store.js';

/** No to a change of number, by whoever holds the account or an old number of it, while it cools off (2.3(1), 2.4). */
@Injectable()
export class ObjectToChangeService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly steps: IdentifierChangeSteps,
    private readonly accounts: AccountsService,
    private readonly freezes: FreezeService,
    private readonly notices: ChangeNotices,
    private readonly transactor: Transactor,
  ) {}

  /** By a signed-in holder of the account. */
  objectAsOwner(accountId: string, changeId: string): Promise<ChangeView> {
    return this.object(accountId, changeId, { kind: 'account', id: accountId });
  }

  /** By whoever got the notice at an old number. @throws DomainError objection_link_invalid */
  async objectByLink(token: string): Promise<ChangeView> {
    const changeId = this.notices.readObjection(token);
    const change = changeId === undefined ? undefined : await this.store.findChange(this.transactor.reader, changeId);
    if (change?.state !== 'cooling_off') throw new DomainError(RECOVERY_ERRORS.objection_link_invalid);
    return this.object(change.accountId, change.id, ANONYMOUS);
  }

  /**
   * Against an owner's change an objection means that somebody else holds the session: the account is frozen and a case
   * opened. Against an appeal it means that the account has its owner, who goes on, or the minor their guardian; against a
   * guardian's change, that somebody else had the link and the number at hand: nothing of the minor's is touched.
   */
  private object(accountId: string, changeId: string, actor: Actor): Promise<ChangeView> {
    return this.transactor.run(async (tx) => {
      const account = await this.accounts.lockForUpdate(tx, accountId);
      const change = await this.steps.mustLock(tx, changeId, accountId);
      // A minor's session is no way to keep a guardian out; whoever got a notice has its link.
      if (isAboutGuardian(change.about) && actor.kind === 'account')
        throw new DomainError(RECOVERY_ERRORS.identifier_change_not_found);
      const objected = await this.steps.move(tx, change, 'object', actor);
      await this.steps.endAppeal(tx, change, 'objected', actor);
      if (change.origin === 'owner' && !isAboutGuardian(change.about) && account.state === 'active') {
        await this.freezes.freezeLocked(tx, account, actor, { misuse: true });
      }
      return viewOf(objected);
    });
  }
}
