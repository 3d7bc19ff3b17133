import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, periodSeconds } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Challenge, ChallengePort } from './challenges.js';
import type { Fired } from './domain/evaluate.js';
import { type Form, FormReader, type Requester } from './form-reader.js';
import { type Counted, JudgeService, type Suspect } from './judge.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import { RegistrationConfig } from './registration.config.js';
import type { StartRegistration } from './registration.dto.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { RegistrationStore } from './registration.store.js';
import { type Outcome, passesWithTime } from './domain/policy.js';
import { SendRegistrationCodeService } from './send-registration-code.service.js';
import type { StoredDecision } from './rules.store.js';

export interface Started {
  readonly id: string;
  readonly status: 'started' | 'code_sent';
  readonly expiresAt: string;
  readonly challenge?: Challenge;
  readonly codeExpiresAt?: string;
  readonly resendAfterSeconds?: number;
}

/** A form that may begin: read, counted, judged. */
export interface Prepared {
  readonly id: string;
  readonly method: 'phone' | 'third_party';
  readonly person: Person;
  readonly counted: Counted;
  readonly outcome: Outcome;
  readonly decision: StoredDecision;
  readonly challenge: Challenge | undefined;
  readonly channel: string;
  readonly locale: Requester['locale'];
  readonly expiresAt: Date;
}

/** Which field a refusal is about, by the kind of condition that fired. */
const FIELD_OF: Readonly<Record<string, string>> = {
  age: '/birthDate',
  display_name: '/displayName',
  segment: '/phone',
  country: '/phone',
};

/**
 * Begins a registration (2.2). Nothing here looks at whether the number has an account or is barred, and nothing is sent
 * unless the code is wished for at once: the answer cannot tell, neither by word nor by time (invariant 12).
 */
@Injectable()
export class StartRegistrationService {
  constructor(
    private readonly forms: FormReader,
    private readonly judge: JudgeService,
    private readonly challenges: ChallengePort,
    private readonly sending: SendRegistrationCodeService,
    private readonly sealer: PersonSealer,
    private readonly store: RegistrationStore,
    private readonly journal: RegistrationJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  async start(once: Once, body: StartRegistration, requester: Requester): Promise<Started> {
    const prepared = await this.prepare('phone', body, requester);
    return this.transactor.once(once, async (tx) => {
      const started = await this.begin(tx, prepared);
      const { phone } = prepared.person;
      // A challenge that is asked for comes before any message, whatever was wished for.
      if (body.sendCode !== true || prepared.challenge !== undefined || phone === undefined) return started;
      const { id, locale, decision } = prepared;
      const sent = await this.sending.sendFirst(tx, { id, phone, locale, startedAt: decision.at }, requester.ip);
      return { ...started, ...sent };
    });
  }

  /**
   * Reads, counts and judges; what is refused is on record before it is told. Outside any transaction of the caller.
   * @throws DomainError what FormReader throws; registration_refused, registration_limited
   */
  async prepare(method: Prepared['method'], body: Form, requester: Requester): Promise<Prepared> {
    const person = await this.forms.read(body, requester);
    const id = newId();
    const counted = await this.judge.count(suspectOf(id, person));
    const { verdict, decision } = this.judge.judge(counted);
    if (verdict.outcome === 'refuse') {
      await this.transactor.run((tx) => this.journal.refusedAtStart(tx, decision));
      throw refusalOf(verdict.fired, decision.id);
    }
    const expiresAt = addPeriod(this.clock.now(), this.config.validity);
    const challenged = verdict.fired.some((f) => f.outcome === 'challenge');
    const challenge = challenged ? await this.challenges.create({ registrationId: id, expiresAt }) : undefined;
    return {
      id,
      method,
      person,
      counted,
      outcome: verdict.outcome,
      decision,
      challenge,
      channel: body.channel,
      locale: requester.locale,
      expiresAt,
    };
  }

  /** The attempt, its decision and its audit event. */
  async begin(tx: Tx, prepared: Prepared): Promise<Started> {
    const { id, challenge, expiresAt, counted, decision } = prepared;
    await this.store.add(
      tx,
      {
        id,
        method: prepared.method,
        verdict: prepared.outcome,
        phoneIndex: counted.keys.number ?? null,
        deviceIndex: counted.keys.device ?? null,
        sealedPerson: this.sealer.seal(id, prepared.person),
        channel: prepared.channel,
        locale: prepared.locale,
        challenge: challenge?.kind ?? null,
        startedAt: decision.at,
        expiresAt,
      },
      decision,
    );
    await this.journal.note(tx, {
      type: REGISTRATION_EVENTS.started,
      registrationId: id,
      actor: ANONYMOUS,
      clauses: ['2.2'],
      decision,
    });
    return { id, status: 'started', expiresAt: expiresAt.toISOString(), ...(challenge ? { challenge } : {}) };
  }
}

function suspectOf(registrationId: string, person: Person): Suspect {
  const { phone, region, birthDate, displayName, deviceId, ip } = person;
  return {
    registrationId,
    stage: 'start',
    birthDate,
    ip,
    ...(phone === undefined ? {} : { phone }),
    ...(region === undefined ? {} : { region }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(deviceId === undefined ? {} : { deviceId }),
  };
}

/** Honest: every rule that refused, with its clause. It tells nothing of the number but what anybody can see in it. */
function refusalOf(fired: readonly Fired[], decisionId: string): DomainError {
  const refusing = fired.filter((f) => f.outcome === 'refuse');
  const errors = refusing.map((f) => ({
    path: FIELD_OF[f.condition] ?? '',
    code: f.rule.replaceAll('-', '_'),
    en: `clause ${f.clause}`,
    zh: `条款 ${f.clause}`,
  }));
  const extra = { decisionId, clauses: [...new Set(refusing.map((f) => f.clause))] };
  if (!refusing.every((f) => passesWithTime(f.condition))) {
    return new DomainError(REGISTRATION_ERRORS.registration_refused, { errors, extra });
  }
  const waits = refusing.map((f) => periodSeconds(f.window ?? 'PT1M'));
  return new DomainError(REGISTRATION_ERRORS.registration_limited, {
    errors,
    extra,
    retryAfterSeconds: Math.max(...waits),
  });
}
