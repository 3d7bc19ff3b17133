import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import type { Caller } from '../../platform/callers/caller.js';
import { CALLER_ERRORS } from '../../platform/callers/callers.errors.js';
import { addressGroup } from '../../platform/callers/client-address.js';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { Limits } from '../../platform/limits/limits.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { StepUpService } from '../accounts/step-up.service.js';
import { type Prepared, RegisterThirdPartyService } from '../registration/register-third-party.service.js';
import { refusalOfCode } from '../verification/verification.service.js';
import { digestOf, newSecret } from './flow-secrets.js';
import { FlowsStore, type NewFlow } from './flows.store.js';
import { ThirdPartyProviders } from './providers.service.js';
import { ThirdPartyConfig } from './third-party.config.js';
import type { StartFlow } from './third-party.dto.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { THIRD_PARTY_EVENTS } from './third-party.events.js';
import { ThirdPartyJournal } from './third-party-journal.js';

export interface FlowStarted {
  readonly id: string;
  readonly authorizeUrl: string;
  /** Stays with who began: without it nobody finishes, whoever comes back from the provider. */
  readonly secret: string;
  readonly expiresAt: string;
  readonly registrationId?: string;
  readonly challenge?: Prepared['challenge'];
}

interface Requester {
  readonly caller: Caller;
  readonly userAgent: string;
  readonly locale: Locale;
}

/** Begins a way to a provider: what it is for is settled here, before anybody leaves the page. */
@Injectable()
export class StartFlowService {
  constructor(
    private readonly providers: ThirdPartyProviders,
    private readonly registrations: RegisterThirdPartyService,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly stepUp: StepUpService,
    private readonly store: FlowsStore,
    private readonly journal: ThirdPartyJournal,
    private readonly limits: Limits,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: ThirdPartyConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  /**
   * @throws DomainError provider_not_found, provider_disabled, return_url_invalid, registration_facts_required, what
   *   POST /v1/registrations throws, unauthenticated, step_up_required, step_up_by_phone, code_invalid
   */
  async start(once: Once, body: StartFlow, who: Requester): Promise<FlowStarted> {
    const { caller } = who;
    const admit = async () => {
      await this.limits.consume({
        bucket: 'third_party.flow',
        key: addressGroup(caller.ip),
        limit: this.config.flowsPerAddress,
        window: this.config.addressWindow,
      });
      this.providers.usable(body.provider, body.purpose);
      const returnTo = this.returnUrlOf(body.returnTo);
      return { returnTo, prepared: await this.prepare(body, who) };
    };
    const outcome = await this.transactor.onceAdmitted(once, admit, async (tx, { returnTo, prepared }) => {
      const secret = newSecret();
      const flow = this.newFlow(body, { returnTo, secret, caller, prepared });
      const refused = await this.assertOwner(tx, body, caller);
      if (refused !== undefined) return { refused };
      if (prepared !== undefined) await this.registrations.begin(tx, prepared);
      await this.store.add(tx, flow);
      await this.journal.flow(tx, THIRD_PARTY_EVENTS.flowStarted, flow, actorOfFlow(flow));
      return { started: this.told(flow, secret, prepared) };
    });
    // Thrown here and not inside: the try that was spent has to commit.
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    return outcome.started;
  }

  private async prepare(body: StartFlow, { caller, userAgent, locale }: Requester): Promise<Prepared | undefined> {
    if ((body.purpose === 'register') !== (body.registration !== undefined)) {
      throw new DomainError(THIRD_PARTY_ERRORS.registration_facts_required);
    }
    if (body.registration === undefined) return undefined;
    return this.registrations.prepare(body.registration, { ip: caller.ip, userAgent, locale });
  }

  /**
   * A link begins with a code to the number that the account has, so that a stolen session links nothing (2.3(1)). What
   * stands for a code is for accounts that have no number; a provider never outranks the number.
   * @returns tries left, when the code is wrong
   */
  private async assertOwner(tx: Tx, body: StartFlow, caller: Caller): Promise<number | undefined> {
    if (body.purpose !== 'link' && body.purpose !== 'step_up') return undefined;
    if (caller.kind !== 'account') throw new DomainError(CALLER_ERRORS.unauthenticated);
    const { accountId } = caller;
    if (body.purpose === 'step_up') {
      await this.accounts.lockFor(tx, accountId, 'read');
      if (body.stepUpFor === undefined) throw new DomainError(THIRD_PARTY_ERRORS.step_up_required);
      if ((await this.identifiers.phoneOf(tx, accountId)) !== undefined) {
        throw new DomainError(THIRD_PARTY_ERRORS.step_up_by_phone);
      }
      return undefined;
    }
    await this.accounts.lockFor(tx, accountId, 'change_identifier');
    if (body.code === undefined) throw new DomainError(THIRD_PARTY_ERRORS.step_up_required);
    const check = await this.stepUp.check(tx, accountId, 'identifier_change', body.code);
    return check.right ? undefined : check.attemptsLeft;
  }

  private newFlow(
    body: StartFlow,
    {
      returnTo,
      secret,
      caller,
      prepared,
    }: { returnTo: string; secret: string; caller: Caller; prepared: Prepared | undefined },
  ): NewFlow {
    const now = this.clock.now();
    const expiresAt = addPeriod(now, this.config.validity);
    const isOwners = (body.purpose === 'link' || body.purpose === 'step_up') && caller.kind === 'account';
    return {
      id: newId(),
      accountId: isOwners ? caller.accountId : null,
      sessionId: isOwners ? caller.sessionId : null,
      registrationId: prepared?.id ?? null,
      provider: body.provider,
      purpose: body.purpose,
      stepUpFor: body.purpose === 'step_up' ? (body.stepUpFor ?? null) : null,
      secretDigest: digestOf(secret),
      returnTo,
      startedAt: now,
      expiresAt,
      forgetAt: addPeriod(expiresAt, this.config.keepEnded),
    };
  }

  private told(flow: NewFlow, secret: string, prepared: Prepared | undefined): FlowStarted {
    const base = publicUrlOf(this.runtime);
    return {
      id: flow.id,
      authorizeUrl: `${base}/v1/oidc/${flow.provider}/authorize?flow=${flow.id}`,
      secret,
      expiresAt: flow.expiresAt.toISOString(),
      ...(prepared === undefined ? {} : { registrationId: prepared.id }),
      ...(prepared?.challenge === undefined ? {} : { challenge: prepared.challenge }),
    };
  }

  /** Our own account page, or an address that the operator named; anything else would be an open redirect. */
  private returnUrlOf(given: string | undefined): string {
    if (given === undefined) return `${publicUrlOf(this.runtime)}/account`;
    if (!this.config.returnUrls.includes(given)) throw new DomainError(THIRD_PARTY_ERRORS.return_url_invalid);
    return given;
  }
}

export const actorOfFlow = ({ accountId }: { accountId: string | null }): Actor =>
  accountId === null ? ANONYMOUS : { kind: 'account', id: accountId };
