import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { periodSeconds } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { RegisterThirdPartyService } from '../registration/register-third-party.service.js';
import { flowStateAt, thirdPartyFlowLifecycle } from './domain/third-party-flow-lifecycle.js';
import { bindingCookie, digestOf, fits, FlowSealer, newSecret } from './flow-secrets.js';
import { type FlowRow, FlowsStore } from './flows.store.js';
import { type FlowKeys, type Identity, ProviderFailure } from './identity-port.js';
import { type Provider, ThirdPartyProviders } from './providers.service.js';
import { actorOfFlow } from './start-flow.service.js';
import { ThirdPartyConfig } from './third-party.config.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { THIRD_PARTY_EVENTS } from './third-party.events.js';
import { ThirdPartyJournal } from './third-party-journal.js';

export interface Redirect {
  readonly location: string;
  readonly cookie: string;
}

/** The way of the browser to the provider and back. Nothing is granted here: who came back is sealed until the exchange. */
@Injectable()
export class PassProviderService {
  private readonly log = new Logger('ThirdParty');
  private readonly cookieSeconds: number;

  constructor(
    private readonly providers: ThirdPartyProviders,
    private readonly registrations: RegisterThirdPartyService,
    private readonly store: FlowsStore,
    private readonly sealer: FlowSealer,
    private readonly journal: ThirdPartyJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    config: ThirdPartyConfig,
  ) {
    this.cookieSeconds = periodSeconds(config.validity);
  }

  /**
   * Off to the provider, once for each flow.
   * @throws DomainError flow_not_found, flow_expired, wrong_state, provider_disabled, provider_unreachable, challenge_required
   */
  async leave(providerId: string, flowId: string, binding: string | undefined): Promise<Redirect> {
    const provider = this.providers.usable(providerId);
    const flow = await this.store.find(this.transactor.reader, flowId);
    if (flow === undefined || flow.provider !== providerId) throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
    this.providers.usable(providerId, flow.purpose);
    const to = thirdPartyFlowLifecycle.move(this.liveState(flow), 'redirect');
    if (flow.registrationId !== null) {
      await this.registrations.assertMayProceed(this.transactor.reader, flow.registrationId);
    }
    const keys: FlowKeys = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
    const location = await this.askUrl(provider, flow, keys);
    // A second tab keeps the first one's cookie: both come back to the same browser.
    const bound = binding ?? newSecret();
    const moved = await this.transactor.run((tx) =>
      this.store.step(tx, flow.id, flow.state, this.clock.now(), {
        to,
        stateDigest: digestOf(keys.state),
        bindingDigest: digestOf(bound),
        sealedKeys: this.sealer.sealKeys(flow.id, keys),
      }),
    );
    if (!moved) throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
    return { location, cookie: bindingCookie(bound, this.cookieSeconds) };
  }

  /**
   * Back from the provider. What does not belong to this browser and this provider changes nothing; what does uses the
   * state up before the provider is asked.
   * @throws DomainError callback_refused, provider_disabled
   */
  async comeBack(providerId: string, query: URLSearchParams, binding: string | undefined): Promise<Redirect> {
    const flow = await this.flowOf(providerId, query, binding);
    const keys = this.sealer.openKeys(flow.id, flow.sealedKeys ?? Buffer.alloc(0));
    const answered = thirdPartyFlowLifecycle.move(this.liveState(flow), 'answer');
    const taken = await this.transactor.run((tx) =>
      this.store.step(tx, flow.id, flow.state, this.clock.now(), { to: answered }),
    );
    if (!taken) throw new DomainError(THIRD_PARTY_ERRORS.callback_refused);
    const cookie = bindingCookie(binding ?? '', this.cookieSeconds);
    const told = await this.identify(flow, query, keys);
    return { location: `${flow.returnTo}#${new URLSearchParams({ flow: flow.id, ...told }).toString()}`, cookie };
  }

  /** One answer for every mismatch: who did not begin it learns nothing. */
  private async flowOf(providerId: string, query: URLSearchParams, binding: string | undefined): Promise<FlowRow> {
    const [state, ...more] = query.getAll('state');
    if (state === undefined || more.length > 0 || binding === undefined) {
      throw new DomainError(THIRD_PARTY_ERRORS.callback_refused);
    }
    const flow = await this.store.findByState(this.transactor.reader, digestOf(state));
    const ours =
      flow !== undefined &&
      flow.provider === providerId &&
      flow.sealedKeys !== null &&
      flowStateAt(flow, this.clock.now()) === 'redirected' &&
      fits(binding, flow.bindingDigest);
    if (!ours) throw new DomainError(THIRD_PARTY_ERRORS.callback_refused);
    return flow;
  }

  private async identify(flow: FlowRow, query: URLSearchParams, keys: FlowKeys): Promise<Record<string, string>> {
    try {
      const provider = this.providers.usable(flow.provider, flow.purpose);
      const who = await provider.identity.identify(query, keys, { fresh: flow.purpose === 'step_up' });
      return { code: await this.remember(flow, who) };
    } catch (error) {
      const failure =
        error instanceof ProviderFailure ? error.code : error instanceof DomainError ? error.code : undefined;
      await this.fail(flow, failure ?? 'internal');
      if (failure === undefined) throw error;
      this.log.warn(`flow ${flow.id} at ${flow.provider}: ${failure}`);
      return { error: failure };
    }
  }

  /** @returns the code for the exchange; it is worth nothing without the secret of who began */
  private async remember(flow: FlowRow, who: Identity): Promise<string> {
    const code = newSecret();
    await this.transactor.run(async (tx) => {
      const moved = await this.store.step(tx, flow.id, 'answered', this.clock.now(), {
        to: thirdPartyFlowLifecycle.move('answered', 'authenticate'),
        exchangeDigest: digestOf(code),
        sealedIdentity: this.sealer.sealIdentity(flow.id, who),
      });
      if (!moved) throw new DomainError(THIRD_PARTY_ERRORS.flow_expired);
      await this.journal.flow(tx, THIRD_PARTY_EVENTS.flowAuthenticated, flow, actorOfFlow(flow));
    });
    return code;
  }

  private async fail(flow: FlowRow, failure: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      const to = thirdPartyFlowLifecycle.move('answered', 'fail');
      if (!(await this.store.step(tx, flow.id, 'answered', this.clock.now(), { to, failure }))) return;
      await this.journal.flow(tx, THIRD_PARTY_EVENTS.flowFailed, flow, actorOfFlow(flow), { failure });
    });
  }

  private async askUrl({ identity }: Provider, flow: FlowRow, keys: FlowKeys): Promise<string> {
    try {
      return await identity.authorizeUrl(keys, { fresh: flow.purpose === 'step_up' });
    } catch (cause) {
      if (!(cause instanceof ProviderFailure)) throw cause;
      throw new DomainError(THIRD_PARTY_ERRORS.provider_unreachable, { retryAfterSeconds: 5, cause });
    }
  }

  private liveState(flow: FlowRow): FlowRow['state'] {
    const state = flowStateAt(flow, this.clock.now());
    if (state === 'expired') throw new DomainError(THIRD_PARTY_ERRORS.flow_expired);
    return state;
  }
}
