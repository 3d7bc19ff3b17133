import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { ConcludeRegistrationService, type Proven } from './conclude-registration.service.js';
import { registrationLifecycle } from './domain/registration-lifecycle.js';
import { type Counted, JudgeService } from './judge.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';
import { live } from './send-registration-code.service.js';

type Outcome = Proven | { readonly wrongCode: { readonly attemptsLeft: number } };

/** The proof that the number is the person's; what follows from it, `ConcludeRegistrationService` says. */
@Injectable()
export class ProveNumberService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly codes: VerificationService,
    private readonly judge: JudgeService,
    private readonly concluding: ConcludeRegistrationService,
    private readonly sealer: PersonSealer,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /**
   * Read once, outside; the transaction begins by locking what was read. A wrong code is told first, whatever else is
   * wrong: the try that it cost has to commit.
   * @throws DomainError registration_not_found, registration_expired, wrong_state, code_invalid
   */
  async prove(once: Once, id: string, code: string, client: { ip: string; userAgent: string }): Promise<Proven> {
    const registration = live(await this.store.find(this.transactor.reader, id), this.clock.now());
    if (!registrationLifecycle.can(registration.state, 'verify')) return this.again(once, registration);
    if (registration.sealedPerson === null) throw new Error('a registration that can be proven has no person');
    const person = this.sealer.open(id, registration.sealedPerson);
    const counted = await this.count(registration, person, client.ip);
    const outcome = await this.transactor.once(once, async (tx): Promise<Outcome> => {
      const [unmoved, check, barred] = await Promise.all([
        this.store.lock(tx, registration),
        this.codes.check(tx, { purpose: 'registration', subjectId: id, code }),
        this.concluding.barred(tx, person),
      ]);
      if (!check.right) return { wrongCode: { attemptsLeft: check.attemptsLeft } };
      if (!unmoved) throw new DomainError(HTTP_ERRORS.stale_version);
      const judgement = this.judge.judge(counted, barred);
      return this.concluding.conclude(tx, { registration, person, judgement, client });
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
      birthDate,
      ip,
      elapsedMs: this.clock.now().getTime() - registration.startedAt.getTime(),
      ...(phone === undefined ? {} : { phone }),
      ...(region === undefined ? {} : { region }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(deviceId === undefined ? {} : { deviceId }),
    });
  }
}
