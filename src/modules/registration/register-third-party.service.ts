import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { thirdPartyValue } from '../accounts/identifiers.service.js';
import { ChallengePort } from './challenges.js';
import { ConcludeRegistrationService, type Proven } from './conclude-registration.service.js';
import { strictest } from './domain/evaluate.js';
import { registrationLifecycle } from './domain/registration-lifecycle.js';
import type { Requester } from './form-reader.js';
import { type Counted, JudgeService, type Judgement, type Suspect } from './judge.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import type { RegistrationFacts } from './registration.dto.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';
import { RulesStore } from './rules.store.js';
import { live } from './send-registration-code.service.js';
import { type Prepared, type Started, StartRegistrationService } from './start-registration.service.js';

export type { Proven } from './conclude-registration.service.js';
export { ChallengeAnswer, OpenedAccount, RefusalAnswer, RegistrationFacts, TokensAnswer } from './registration.dto.js';
export type { Prepared } from './start-registration.service.js';

/** Whom a provider vouched for. Nothing else of what it tells (names, numbers, addresses) is looked at (row 5). */
export interface VouchedFor {
  readonly issuer: string;
  readonly subject: string;
}

/** A registration that is ready to be concluded: everything that may not happen inside a transaction has happened. */
export interface ReadyToConclude {
  readonly registration: RegistrationRow;
  readonly person: Person;
  readonly counted: readonly [Counted, Counted];
}

/** Registration with a third-party account (2.2): the same form, rules, minors' path and refusals as with a number. */
@Injectable()
export class RegisterThirdPartyService {
  constructor(
    private readonly starting: StartRegistrationService,
    private readonly store: RegistrationStore,
    private readonly judge: JudgeService,
    private readonly concluding: ConcludeRegistrationService,
    private readonly challenges: ChallengePort,
    private readonly sealer: PersonSealer,
    private readonly rules: RulesStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Outside the transaction: reads the form and applies the rules. @throws DomainError as POST /v1/registrations */
  prepare(facts: RegistrationFacts, requester: Requester): Promise<Prepared> {
    return this.starting.prepare('third_party', facts, requester);
  }

  begin(tx: Tx, prepared: Prepared): Promise<Started> {
    return this.starting.begin(tx, prepared);
  }

  /** @throws DomainError challenge_failed: a solution is worth something for this registration only (row 16) */
  async solveChallenge(id: string, response: string, ip: string): Promise<void> {
    const { reader } = this.transactor;
    const { challenge, challengePassedAt, expiresAt } = live(await this.store.find(reader, id), this.clock.now());
    if (challenge === null || challengePassedAt !== null) return;
    const binding = { registrationId: id, expiresAt, ip };
    if (challenge !== this.challenges.kind || !(await this.challenges.passes(response, binding))) {
      throw new DomainError(REGISTRATION_ERRORS.challenge_failed, { extra: { kind: challenge } });
    }
    await this.transactor.run((tx) => this.store.passChallenge(tx, id, this.clock.now()));
  }

  /** @throws DomainError registration_not_found, registration_expired, challenge_required */
  async assertMayProceed(tx: Tx, id: string): Promise<void> {
    const { challenge, challengePassedAt } = live(await this.store.find(tx, id), this.clock.now());
    if (challenge === null || challengePassedAt !== null) return;
    throw new DomainError(REGISTRATION_ERRORS.challenge_required, { extra: { kind: challenge } });
  }

  /**
   * Counts what is known only now: the rules over different identifiers count third-party accounts as they count
   * numbers. An attempt is counted once however often it comes, so counting it at both stages adds nothing.
   * @throws DomainError challenge_required with a challenge, where a rule of the start fires only now
   */
  async ready(id: string, who: VouchedFor, ip: string): Promise<ReadyToConclude> {
    const registration = live(await this.store.find(this.transactor.reader, id), this.clock.now());
    registrationLifecycle.move(registration.state, 'vouch');
    if (registration.sealedPerson === null) throw new Error('a registration that can be proven has no person');
    const person = { ...this.sealer.open(id, registration.sealedPerson), thirdParty: who };
    const suspect: Omit<Suspect, 'stage'> = {
      registrationId: id,
      subject: thirdPartyValue(who.issuer, who.subject),
      birthDate: person.birthDate,
      ip,
      elapsedMs: this.clock.now().getTime() - registration.startedAt.getTime(),
      ...(person.displayName === undefined ? {} : { displayName: person.displayName }),
      ...(person.deviceId === undefined ? {} : { deviceId: person.deviceId }),
    };
    const start = await this.judge.count({ ...suspect, stage: 'start' });
    const proof = await this.judge.count({ ...suspect, stage: 'proof' });
    await this.challengeIfAsked(registration, start);
    return { registration, person, counted: [start, proof] };
  }

  /** As at the start by phone: a rule that asks for trouble is obeyed before anything is opened, once a registration. */
  private async challengeIfAsked({ id, challengePassedAt, expiresAt }: RegistrationRow, start: Counted): Promise<void> {
    const { verdict, decision } = this.judge.judge(start);
    const asked = verdict.outcome !== 'refuse' && verdict.fired.some((f) => f.outcome === 'challenge');
    if (!asked || challengePassedAt !== null) return;
    const challenge = await this.challenges.create({ registrationId: id, expiresAt });
    await this.transactor.run(async (tx) => {
      await this.store.askChallenge(tx, id, challenge.kind);
      await this.rules.addDecision(tx, decision);
    });
    throw new DomainError(REGISTRATION_ERRORS.challenge_required, { extra: { kind: challenge.kind, challenge } });
  }

  /** Account, guardian's turn, moderator's turn or refusal, in the caller's transaction (invariants 1, 2, 4). */
  async conclude(tx: Tx, ready: ReadyToConclude, client: { ip: string; userAgent: string }): Promise<Proven> {
    const { registration, person, counted } = ready;
    const [unmoved, , barred] = await Promise.all([
      this.store.lock(tx, registration),
      this.assertMayProceed(tx, registration.id),
      this.concluding.barred(tx, person),
    ]);
    if (!unmoved) throw new DomainError(HTTP_ERRORS.stale_version);
    const judgement = this.judgeBoth(counted, barred);
    return this.concluding.conclude(tx, { registration, person, judgement, client });
  }

  /** One decision out of both stages: every rule that fired, the strictest outcome. */
  private judgeBoth(
    [start, proof]: ReadyToConclude['counted'],
    barred: Parameters<JudgeService['judge']>[1],
  ): Judgement {
    const early = this.judge.judge(start, barred);
    const late = this.judge.judge(proof, barred);
    const fired = [...early.verdict.fired, ...late.verdict.fired];
    const outcome = strictest([early.verdict.outcome, late.verdict.outcome]);
    return { verdict: { outcome, fired }, decision: { ...late.decision, outcome, fired } };
  }
}
