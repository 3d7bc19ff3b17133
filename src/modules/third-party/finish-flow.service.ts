import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService, readThirdPartyValue, thirdPartyValue } from '../accounts/identifiers.service.js';
import { type ClientInfo, SessionsService, type SessionTokens } from '../accounts/sessions.service.js';
import { type IssuedInHand, type StepUpPurpose, StepUpService } from '../accounts/step-up.service.js';
import {
  type Proven,
  type ReadyToConclude,
  RegisterThirdPartyService,
} from '../registration/register-third-party.service.js';
import { flowStateAt, thirdPartyFlowLifecycle } from './domain/third-party-flow-lifecycle.js';
import { fits, FlowSealer } from './flow-secrets.js';
import { type FlowRow, FlowsStore } from './flows.store.js';
import type { Identity } from './identity-port.js';
import { LinkCooling } from './link-cooling.js';
import { ThirdPartyProviders } from './providers.service.js';
import { actorOfFlow } from './start-flow.service.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { THIRD_PARTY_EVENTS } from './third-party.events.js';
import { ThirdPartyJournal } from './third-party-journal.js';

export interface FlowFinished {
  readonly id: string;
  readonly status: 'signed_in' | 'linked' | 'stepped_up' | Proven['status'];
  readonly registrationId?: string;
  readonly account?: { readonly id: string; readonly state: string };
  readonly tokens?: SessionTokens;
  readonly refusal?: Proven['refusal'];
  readonly link?: { readonly id: string; readonly signInFrom: string };
  readonly stepUp?: { readonly purpose: string; readonly code: string; readonly expiresAt: string };
}

interface Proof {
  /** What came back by the browser. */
  readonly code: string;
  /** What who began has kept. */
  readonly secret: string;
}

/**
 * The end of a flow: what it was for happens here, in one transaction that looks again at everything it depends on (row 8).
 * It takes the code that came back through the browser and the secret that never left who began, so a flow that one
 * person begins and another finishes is worth nothing to either (row 6).
 */
@Injectable()
export class FinishFlowService {
  constructor(
    private readonly providers: ThirdPartyProviders,
    private readonly registrations: RegisterThirdPartyService,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly sessions: SessionsService,
    private readonly stepUp: StepUpService,
    private readonly cooling: LinkCooling,
    private readonly store: FlowsStore,
    private readonly sealer: FlowSealer,
    private readonly journal: ThirdPartyJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError flow_not_found, flow_expired, wrong_state, provider_disabled, and what the purpose refuses */
  async finish(
    once: Once,
    id: string,
    proof: Proof,
    who: { caller: Caller; client: ClientInfo },
  ): Promise<FlowFinished> {
    const { reader } = this.transactor;
    const before = this.own(await this.store.find(reader, id), proof, who.caller);
    // Counting commits on its own, so it comes before the transaction.
    const ready =
      before.purpose === 'register' && flowStateAt(before, this.clock.now()) === 'authenticated'
        ? await this.readyToRegister(before, who.client.ip)
        : undefined;
    return this.transactor.once(once, async (tx) => {
      const flow = this.own(await this.store.find(tx, id), proof, who.caller);
      const state = flowStateAt(flow, this.clock.now());
      if (state === 'expired') throw new DomainError(THIRD_PARTY_ERRORS.flow_expired);
      const to = thirdPartyFlowLifecycle.move(state, 'complete');
      this.providers.usable(flow.provider, flow.purpose);
      const finished = await this.fulfil(tx, flow, this.identityOf(flow), who.client, ready);
      const accountId = finished.account?.id;
      const moved = await this.store.step(tx, id, 'authenticated', this.clock.now(), {
        to,
        ...(accountId === undefined ? {} : { accountId }),
      });
      // Of two exchanges at once one gets here first; the other's work is undone with its transaction.
      if (!moved) throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
      const noted = { ...flow, accountId: accountId ?? flow.accountId };
      await this.journal.flow(tx, THIRD_PARTY_EVENTS.flowCompleted, noted, actorOfFlow(noted), {
        status: finished.status,
      });
      return finished;
    });
  }

  /** The same answer for an unknown flow, another's secret, another's code and another's session. */
  private own(flow: FlowRow | undefined, { code, secret }: Proof, caller: Caller): FlowRow {
    const session = caller.kind === 'account' ? caller.sessionId : null;
    const ours =
      flow !== undefined &&
      fits(secret, flow.secretDigest) &&
      // The code is gone once the flow has ended; what is left to answer then is the kept answer of a retry.
      (flow.exchangeDigest === null ? flow.state === 'completed' : fits(code, flow.exchangeDigest)) &&
      (flow.sessionId === null || flow.sessionId === session);
    if (!ours) throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
    return flow;
  }

  private identityOf(flow: FlowRow): Identity {
    if (flow.sealedIdentity === null) throw new Error(`flow ${flow.id} is authenticated and names nobody`);
    return this.sealer.openIdentity(flow.id, flow.sealedIdentity);
  }

  private readyToRegister(flow: FlowRow, ip: string): Promise<ReadyToConclude> {
    if (flow.registrationId === null) throw new Error(`flow ${flow.id} registers and has no registration`);
    return this.registrations.ready(flow.registrationId, this.identityOf(flow), ip);
  }

  private fulfil(
    tx: Tx,
    flow: FlowRow,
    who: Identity,
    client: ClientInfo,
    ready: ReadyToConclude | undefined,
  ): Promise<FlowFinished> {
    switch (flow.purpose) {
      case 'register':
        return this.register(tx, flow, client, ready);
      case 'sign_in':
        return this.signIn(tx, flow, who, client);
      case 'link':
        return this.link(tx, flow, who);
      case 'step_up':
        return this.vouch(tx, flow, who);
    }
  }

  private async register(
    tx: Tx,
    flow: FlowRow,
    client: ClientInfo,
    ready: ReadyToConclude | undefined,
  ): Promise<FlowFinished> {
    if (ready === undefined) throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
    const { id: registrationId, ...proven } = await this.registrations.conclude(tx, ready, {
      ip: client.ip,
      userAgent: client.userAgent ?? '',
    });
    return { id: flow.id, registrationId, ...proven };
  }

  /** The holder of exactly this subject of exactly this issuer; what else the provider says of them was never read (row 5). */
  private async signIn(tx: Tx, flow: FlowRow, who: Identity, client: ClientInfo): Promise<FlowFinished> {
    const value = thirdPartyValue(who.issuer, who.subject);
    const accountId = await this.identifiers.lockAccountBy(tx, 'third_party', value);
    const account = accountId === undefined ? undefined : await this.accounts.find(tx, accountId);
    if (account === undefined || account.tombstonedAt !== null) {
      throw new DomainError(THIRD_PARTY_ERRORS.account_not_linked);
    }
    this.accounts.assertMay(account, 'sign_in');
    await this.cooling.assertSettled(tx, account.id, value);
    const tokens = await this.sessions.start(tx, account.id, { method: 'third_party', client });
    return { id: flow.id, status: 'signed_in', account: { id: account.id, state: account.state }, tokens };
  }

  private async link(tx: Tx, flow: FlowRow, who: Identity): Promise<FlowFinished> {
    const account = await this.accounts.lockFor(tx, ownerOf(flow), 'change_identifier');
    const value = thirdPartyValue(who.issuer, who.subject);
    const held = await this.identifiers.heldBy(tx, account.id);
    if (held.some((i) => i.kind === 'third_party' && readThirdPartyValue(i.value).issuer === who.issuer)) {
      throw new DomainError(THIRD_PARTY_ERRORS.already_linked);
    }
    // A ban is on the third-party account, whoever's account it would open the door of (7.1).
    if ((await this.identifiers.isBarred(tx, 'third_party', value)) !== undefined) {
      throw new DomainError(THIRD_PARTY_ERRORS.link_barred);
    }
    await this.identifiers.claim(tx, account.id, { kind: 'third_party', value });
    const now = await this.identifiers.heldBy(tx, account.id);
    const claim = now.find((i) => i.value === value);
    if (claim === undefined) throw new Error('a link that was just made is not there');
    const { provider } = flow;
    const { locale } = account;
    await this.journal.linkChanged(tx, {
      accountId: account.id,
      provider,
      reason: 'linked',
      linkId: claim.claimId,
      locale,
    });
    return {
      id: flow.id,
      status: 'linked',
      account: { id: account.id, state: account.state },
      link: { id: claim.claimId, signInFrom: this.cooling.settledAt(now, claim).toISOString() },
    };
  }

  /** A code in hand for who signed in at the provider just now as the very person that the account is linked with. */
  private async vouch(tx: Tx, flow: FlowRow, who: Identity): Promise<FlowFinished> {
    const account = await this.accounts.lockFor(tx, ownerOf(flow), 'read');
    const value = thirdPartyValue(who.issuer, who.subject);
    const held = await this.identifiers.heldBy(tx, account.id);
    if (held.some((i) => i.kind === 'phone')) throw new DomainError(THIRD_PARTY_ERRORS.step_up_by_phone);
    if (!held.some((i) => i.kind === 'third_party' && i.value === value)) {
      throw new DomainError(THIRD_PARTY_ERRORS.other_third_party_account);
    }
    await this.cooling.assertSettled(tx, account.id, value);
    const purpose = flow.stepUpFor as StepUpPurpose;
    const issued: IssuedInHand = await this.stepUp.issueInHand(tx, account.id, purpose, value);
    return {
      id: flow.id,
      status: 'stepped_up',
      account: { id: account.id, state: account.state },
      stepUp: { purpose, code: issued.code, expiresAt: issued.expiresAt.toISOString() },
    };
  }
}

function ownerOf(flow: FlowRow): string {
  if (flow.accountId === null) throw new Error(`flow ${flow.id} is an owner's and has none`);
  return flow.accountId;
}
