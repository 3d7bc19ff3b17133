import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService, readThirdPartyValue } from '../accounts/identifiers.service.js';
import { SessionsService } from '../accounts/sessions.service.js';
import { StepUpService } from '../accounts/step-up.service.js';
import { refusalOfCode } from '../verification/verification.service.js';
import { ThirdPartyProviders } from './providers.service.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { ThirdPartyJournal } from './third-party-journal.js';

export interface Link {
  readonly id: string;
  readonly provider: string | null;
  readonly title: string | null;
  readonly usable: boolean;
  readonly account: string;
  readonly since: string;
}

/** The third-party accounts that reach an account, and taking one away (2.3(1)). */
@Injectable()
export class LinksService {
  constructor(
    private readonly providers: ThirdPartyProviders,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly sessions: SessionsService,
    private readonly stepUp: StepUpService,
    private readonly journal: ThirdPartyJournal,
    private readonly transactor: Transactor,
  ) {}

  async list(accountId: string): Promise<Link[]> {
    const held = await this.identifiers.heldBy(this.transactor.reader, accountId);
    return held
      .filter((i) => i.kind === 'third_party')
      .map(({ claimId, value, claimedAt }) => {
        const { issuer, subject } = readThirdPartyValue(value);
        const provider = this.providers.byIssuer(issuer);
        return {
          id: claimId,
          provider: provider?.id ?? null,
          title: provider?.title ?? null,
          usable: provider !== undefined && provider.enabled && provider.purposes.includes('sign_in'),
          account: `${issuer} ${subject.slice(0, 1)}***`,
          since: claimedAt.toISOString(),
        };
      });
  }

  /**
   * With a step-up code; never the last way in, and possible also where the provider is switched off or gone. Ends every
   * other session: one of them may have come by this link.
   * @throws DomainError link_not_found, last_identifier, code_invalid, not_in_this_state
   */
  async unlink(who: { accountId: string; sessionId: string }, linkId: string, code: string): Promise<void> {
    const { accountId, sessionId } = who;
    const actor = { kind: 'account' as const, id: accountId };
    const refused = await this.transactor.run(async (tx) => {
      // The lock is what two unlinkings of the last two links queue on.
      const account = await this.accounts.lockFor(tx, accountId, 'change_identifier');
      const held = await this.identifiers.heldBy(tx, accountId);
      const link = held.find((i) => i.claimId === linkId && i.kind === 'third_party');
      if (link === undefined) throw new DomainError(THIRD_PARTY_ERRORS.link_not_found);
      if (held.filter((i) => i.kind !== 'device').length <= 1) {
        throw new DomainError(THIRD_PARTY_ERRORS.last_identifier);
      }
      const check = await this.stepUp.check(tx, accountId, 'identifier_change', code);
      if (!check.right) return check.attemptsLeft;
      await this.identifiers.release(tx, accountId, { claimIds: [linkId] }, 'unlinked');
      await this.sessions.endAll(tx, accountId, 'identifier_changed', { actor, except: sessionId });
      const { issuer } = readThirdPartyValue(link.value);
      const provider = this.providers.byIssuer(issuer)?.id ?? 'other';
      await this.journal.linkChanged(tx, { accountId, provider, reason: 'unlinked', linkId, locale: account.locale });
      return undefined;
    });
    // Thrown here and not inside: the try that was spent has to commit.
    if (refused !== undefined) throw refusalOfCode({ attemptsLeft: refused });
  }
}
