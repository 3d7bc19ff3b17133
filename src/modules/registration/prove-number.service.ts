import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { SessionsService, type SessionTokens } from '../accounts/sessions.service.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { type Refusal, refusalFor, type RefusalTold, tellRefusal } from './domain/refusal.js';
import { afterProof, registrationLifecycle, type RegistrationState } from './domain/registration-lifecycle.js';
import { type Counted, type Judgement, JudgeService } from './judge.service.js';
import { OpenAccountService } from './open-account.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import { RegistrationConfig } from './registration.config.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';
import { HoldRegistrationService } from './hold-registration.service.js';
import { RulesStore } from './rules.store.js';
import { live } from './send-registration-code.service.js';

export interface Proven {
  readonly id: string;
  readonly status: RegistrationState;
  readonly account?: { readonly id: string; readonly state: string };
  readonly tokens?: SessionTokens;
  readonly refusal?: RefusalTold;
}

type Outcome = Proven | { readonly wrongCode: { readonly attemptsLeft: number } };

interface Case {
  readonly registration: RegistrationRow;
  readonly person: Person;
  readonly judgement: Judgement;
  readonly client: { readonly ip: string; readonly userAgent: string };
}

/**
 * The proof that the number is the person's, and what follows from it: an account, a guardian's turn, a moderator's turn
 * or a refusal. Only here is told what depends on the number, for only its holder gets here (invariant 12).
 */
@Injectable()
export class ProveNumberService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly codes: VerificationService,
    private readonly judge: JudgeService,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly sessions: SessionsService,
    private readonly opening: OpenAccountService,
    private readonly holding: HoldRegistrationService,
    private readonly sealer: PersonSealer,
    private readonly rules: RulesStore,
    private readonly journal: RegistrationJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  /**
   * Read once, outside: the code's row is what parallel proofs queue on, and the move is guarded by the version read here.
   * @throws DomainError registration_not_found, registration_expired, wrong_state, code_invalid
   */
  async prove(once: Once, id: string, code: string, client: { ip: string; userAgent: string }): Promise<Proven> {
    const registration = live(await this.store.find(this.transactor.reader, id), this.clock.now());
    if (!registrationLifecycle.can(registration.state, 'verify')) return this.again(once, registration);
    if (registration.sealedPerson === null) throw new Error('a registration that can be proven has no person');
    const person = this.sealer.open(id, registration.sealedPerson);
    const counted = await this.count(registration, person, client.ip);
    const outcome = await this.transactor.once(once, async (tx): Promise<Outcome> => {
      const check = await this.codes.check(tx, { purpose: 'registration', subjectId: id, code });
      if (!check.right) return { wrongCode: { attemptsLeft: check.attemptsLeft } };
      const judgement = this.judge.judge(counted, await this.barred(tx, person));
      return this.conclude(tx, { registration, person, judgement, client });
    });
    // Thrown here and not inside: the try that was spent has to commit.
    if ('wrongCode' in outcome) throw refusalOfCode(outcome.wrongCode);
    return outcome;
  }

  /** A retry with its key gets its first answer, also when the registration has moved on by that very answer. */
  private again(once: Once, { state }: RegistrationRow): Promise<Proven> {
    return this.transactor.once(once, (): Promise<Proven> => {
      registrationLifecycle.move(state, 'verify');
      throw new Error(`a registration that is ${state} was to be proven again`);
    });
  }

  /** Counting commits on its own, so it comes before the transaction. */
  private count(registration: RegistrationRow, person: Person, ip: string): Promise<Counted> {
    const { phone, region, birthDate, displayName, deviceId } = person;
    return this.judge.count({
      registrationId: registration.id,
      stage: 'proof',
      phone,
      birthDate,
      ip,
      elapsedMs: this.clock.now().getTime() - registration.startedAt.getTime(),
      ...(region === undefined ? {} : { region }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(deviceId === undefined ? {} : { deviceId }),
    });
  }

  private async barred(tx: Tx, { phone, deviceId }: Person): Promise<{ number: boolean; device: boolean }> {
    const number = await this.identifiers.isBarred(tx, 'phone', phone);
    const device = deviceId === undefined ? undefined : await this.identifiers.isBarred(tx, 'device', deviceId);
    return { number: number !== undefined, device: device !== undefined };
  }

  private async conclude(tx: Tx, c: Case): Promise<Proven> {
    const { registration, person, judgement } = c;
    const isMinor = isMinorBand(this.accounts.bandOf(person.birthDate));
    const proofOutcome = judgement.verdict.outcome;
    const verdict = proofOutcome === 'allow' && registration.verdict === 'review' ? 'review' : proofOutcome;
    const command = afterProof({ numberTaken: false, verdict, isMinor });
    // Opening claims the number, and that is the question who has it; only the ways that open nothing have to ask first.
    if (command === 'refuse' || command === 'hold') {
      const taken = (await this.identifiers.findAccountBy(tx, 'phone', person.phone)) !== undefined;
      if (taken) return this.refuse(tx, c, 'account_exists');
      return command === 'hold' ? this.hold(tx, c) : this.refuse(tx, c, refusalFor(judgement.verdict.fired));
    }
    return this.open(tx, c, command);
  }

  private async open(tx: Tx, c: Case, command: 'complete' | 'await_guardian'): Promise<Proven> {
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

  private async hold(tx: Tx, c: Case): Promise<Proven> {
    const to = registrationLifecycle.move('verified', 'hold');
    await this.move(tx, c, to, { keepPerson: true, verdict: 'review' });
    const earlier = await this.rules.decisionsOf(tx, c.registration.id);
    const why = earlier.flatMap((d) => d.fired).filter((f) => f.outcome === 'review');
    await this.holding.open(tx, c.registration.id, c.judgement.decision, why);
    return { id: c.registration.id, status: to };
  }

  private async refuse(tx: Tx, c: Case, refusal: Refusal): Promise<Proven> {
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
    c: Case,
    to: RegistrationState,
    change: { keepPerson: boolean; ended?: boolean; accountId?: string; refusal?: Refusal; verdict?: 'review' },
  ): Promise<void> {
    const now = this.clock.now();
    const { id, version, startedAt } = c.registration;
    const forget =
      change.ended && change.accountId === undefined ? { forgetAt: addPeriod(now, this.config.keepUnfinished) } : {};
    const moved = await this.store.move(
      tx,
      { id, version, startedAt, to, now, verified: true, ...forget, ...change },
      c.judgement.decision,
    );
    if (!moved) throw new DomainError(HTTP_ERRORS.stale_version);
  }
}
