import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { type BarKind, IdentifiersService } from '../accounts/identifiers.service.js';
import { SessionsService, type SessionTokens } from '../accounts/sessions.service.js';
import type { Facts } from './domain/evaluate.js';
import { BanTracesService } from './ban-traces.service.js';
import { type Refusal, refusalFor, type RefusalTold, tellRefusal } from './domain/refusal.js';
import { afterProof, registrationLifecycle, type RegistrationState } from './domain/registration-lifecycle.js';
import { HoldRegistrationService } from './hold-registration.service.js';
import type { Judgement } from './judge.service.js';
import { identifierOf, OpenAccountService } from './open-account.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import { RegistrationConfig } from './registration.config.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';
import { RulesStore } from './rules.store.js';

export interface Proven {
  readonly id: string;
  readonly status: RegistrationState;
  readonly account?: { readonly id: string; readonly state: string };
  readonly tokens?: SessionTokens;
  readonly refusal?: RefusalTold;
}

/** A registration whose identifier is proven to be the person's, and what the rules say of it. */
export interface ProvenCase {
  readonly registration: RegistrationRow;
  readonly person: Person;
  readonly judgement: Judgement;
  readonly client: { readonly ip: string; readonly userAgent: string };
}

/**
 * What follows from the proof, whether by code or by a provider: an account, a guardian's turn, a moderator's turn or a
 * refusal. Only here is told what depends on the identifier, for only its holder gets here (invariant 12).
 */
@Injectable()
export class ConcludeRegistrationService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly traces: BanTracesService,
    private readonly sessions: SessionsService,
    private readonly opening: OpenAccountService,
    private readonly holding: HoldRegistrationService,
    private readonly sealer: PersonSealer,
    private readonly rules: RulesStore,
    private readonly journal: RegistrationJournal,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  /** Bans on registering again (7.1), asked in the transaction that would open the account. */
  async barred(tx: Tx, person: Person): Promise<Facts['barred']> {
    const bars = await this.identifiers.barsOn(tx, [identifierOf(person), ...this.traces.of(person)]);
    const met = (kind: BarKind): boolean => bars.some((b) => b.kind === kind);
    return {
      number: met('phone'),
      third_party: met('third_party'),
      device: met('device'),
      past_number: met('past_phone'),
      subnet_and_name: met('subnet_and_name'),
      ...(bars.length === 0 ? {} : { bars: bars.map((b) => b.id) }),
    };
  }

  /** @param c locked (`RegistrationStore.lock`) */
  async conclude(tx: Tx, c: ProvenCase): Promise<Proven> {
    const { registration, person, judgement } = c;
    const isMinor = isMinorBand(this.accounts.bandOf(person.birthDate));
    const proofOutcome = judgement.verdict.outcome;
    // Who was to be looked at from the start still is, whatever the rules of the proof say short of a refusal.
    const verdict = registration.verdict === 'review' && proofOutcome !== 'refuse' ? 'review' : proofOutcome;
    const command = afterProof({ numberTaken: false, verdict, isMinor });
    // Opening claims the identifier, and that is the question who has it; only the ways that open nothing ask first.
    if (command === 'refuse' || command === 'hold') {
      const { kind, value } = identifierOf(person);
      const taken = (await this.identifiers.findAccountBy(tx, kind, value)) !== undefined;
      if (taken) return this.refuse(tx, c, 'account_exists');
      return command === 'hold' ? this.hold(tx, c) : this.refuse(tx, c, refusalFor(judgement.verdict.fired));
    }
    return this.open(tx, c, command);
  }

  private async open(tx: Tx, c: ProvenCase, command: 'complete' | 'await_guardian'): Promise<Proven> {
    const { registration, person, client } = c;
    const accountId = newId();
    const state = command === 'complete' ? 'active' : 'awaiting_guardian';
    const account = await this.opening.open(tx, registration, person, { state, accountId });
    if (account === undefined) return this.refuse(tx, c, 'account_exists');
    const to = registrationLifecycle.move('verified', command);
    const type = command === 'complete' ? REGISTRATION_EVENTS.completed : REGISTRATION_EVENTS.guardianAwaited;
    const actor: Actor = { kind: 'account', id: accountId };
    await this.move(tx, c, to, { accountId, keepPerson: command === 'await_guardian', ended: command === 'complete' });
    await this.journal.note(tx, {
      type,
      registrationId: registration.id,
      accountId,
      actor,
      clauses: command === 'complete' ? ['2.2'] : ['2.1', '2.2'],
      decision: c.judgement.decision,
      // Of an account that opens, `account.registered` tells the others.
      publish: command === 'await_guardian',
    });
    const tokens = await this.sessions.start(tx, accountId, { method: 'registration', client });
    return { id: registration.id, status: to, account: { id: accountId, state }, tokens };
  }

  private async hold(tx: Tx, c: ProvenCase): Promise<Proven> {
    const { id } = c.registration;
    const to = registrationLifecycle.move('verified', 'hold');
    // Whom the provider vouched for is known since a moment ago: the account may open days later.
    if (c.person.thirdParty !== undefined) await this.store.reseal(tx, id, this.sealer.seal(id, c.person));
    await this.move(tx, c, to, { keepPerson: true, verdict: 'review' });
    const earlier = await this.rules.decisionsOf(tx, id);
    const why = earlier.flatMap((d) => d.fired).filter((f) => f.outcome === 'review');
    await this.holding.open(tx, id, c.judgement.decision, why);
    return { id, status: to };
  }

  private async refuse(tx: Tx, c: ProvenCase, refusal: Refusal): Promise<Proven> {
    const { id, locale } = c.registration;
    const to = registrationLifecycle.move('verified', 'refuse');
    const told = tellRefusal(refusal, locale);
    await this.move(tx, c, to, { keepPerson: false, ended: true, refusal });
    await this.journal.note(tx, {
      type: REGISTRATION_EVENTS.refused,
      registrationId: id,
      actor: ANONYMOUS,
      clauses: told.clauses,
      decision: c.judgement.decision,
      data: { refusal },
      publish: true,
    });
    return { id, status: to, refusal: told };
  }

  private async move(
    tx: Tx,
    c: ProvenCase,
    to: RegistrationState,
    change: { keepPerson: boolean; ended?: boolean; accountId?: string; refusal?: Refusal; verdict?: 'review' },
  ): Promise<void> {
    const now = this.clock.now();
    const { id, version, startedAt } = c.registration;
    const forget =
      change.ended && change.accountId === undefined ? { forgetAt: addPeriod(now, this.config.keepUnfinished) } : {};
    await this.store.move(
      tx,
      { id, version, startedAt, to, now, verified: true, ...forget, ...change },
      c.judgement.decision,
    );
  }
}
