import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import type { Locale } from '../../platform/http/locale.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { ReviewService } from '../review/review.service.js';
import { type Refusal, tellRefusal } from './domain/refusal.js';
import { registrationLifecycle } from './domain/registration-lifecycle.js';
import { REGISTRATION_REVIEW } from './hold-registration.service.js';
import { OpenAccountService } from './open-account.service.js';
import { type Person, PersonSealer } from './person-sealer.js';
import { RegistrationConfig } from './registration.config.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';

export interface ReviewDecision {
  readonly decision: 'approve' | 'refuse';
  readonly reasonCode: string;
  readonly note?: string;
}

/** What a moderator decides about a registration that was held, with reasons (REG-3, REG-6). */
@Injectable()
export class DecideRegistrationService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly accounts: AccountsService,
    private readonly opening: OpenAccountService,
    private readonly sealer: PersonSealer,
    private readonly reviews: ReviewService,
    private readonly messages: MessageQueue,
    private readonly journal: RegistrationJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  /** @throws DomainError registration_not_found, stale_version, wrong_state, and what a task that is not held answers */
  decide(id: string, version: number, decision: ReviewDecision, actor: Actor): Promise<RegistrationRow> {
    return this.transactor.run((tx) => this.decideIn(tx, id, version, decision, actor));
  }

  async decideIn(
    tx: Tx,
    id: string,
    version: number,
    decision: ReviewDecision,
    actor: Actor,
  ): Promise<RegistrationRow> {
    const registration = await this.store.findForUpdate(tx, id);
    if (registration === undefined) throw new DomainError(REGISTRATION_ERRORS.registration_not_found);
    if (registration.version !== version) throw new DomainError(HTTP_ERRORS.stale_version);
    const code = decision.decision === 'approve' ? 'approved' : 'refused';
    const outcome = { code, reasonCode: decision.reasonCode };
    await this.reviews.complete(tx, { kind: REGISTRATION_REVIEW, subjectId: id }, actor, outcome);
    await this.carryOut(tx, registration, decision, actor);
    return (await this.store.find(tx, id)) ?? registration;
  }

  private async carryOut(
    tx: Tx,
    registration: RegistrationRow,
    { decision, reasonCode, note }: ReviewDecision,
    actor: Actor,
  ): Promise<void> {
    const { id, sealedPerson } = registration;
    registrationLifecycle.move(registration.state, decision === 'approve' ? 'complete' : 'refuse');
    if (sealedPerson === null) throw new Error('a held registration has no person');
    const person = this.sealer.open(id, sealedPerson);
    const opened = decision === 'approve' ? await this.approve(tx, registration, person, actor) : undefined;
    const refusal: Refusal | undefined =
      opened !== undefined ? undefined : decision === 'approve' ? 'account_exists' : 'refused_on_review';
    if (refusal !== undefined) await this.refuse(tx, registration, refusal, person.phone !== undefined);
    await this.journal.note(tx, {
      type: refusal === undefined ? REGISTRATION_EVENTS.completed : REGISTRATION_EVENTS.refused,
      registrationId: id,
      ...(opened === undefined ? {} : { accountId: opened }),
      actor,
      clauses: refusal === undefined ? ['2.2'] : tellRefusal(refusal, registration.locale).clauses,
      data: { reasonCode, ...(refusal === undefined ? {} : { refusal }), ...(note === undefined ? {} : { note }) },
    });
    // Without a number there is nobody to send to: the person sees it where they left it, and signs in.
    if (person.phone === undefined) return;
    await this.messages.enqueue(tx, {
      to: person.phone,
      template: refusal === undefined ? 'registration_approved' : 'registration_refused',
      params: refusal === undefined ? {} : { reason: tellRefusal(refusal, registration.locale).redress },
      locale: registration.locale as Locale,
      dedupeKey: `registration-decided-${id}`,
    });
  }

  /** @returns the account, or undefined when somebody else has the number by now */
  private async approve(
    tx: Tx,
    registration: RegistrationRow,
    person: Person,
    actor: Actor,
  ): Promise<string | undefined> {
    const isMinor = isMinorBand(this.accounts.bandOf(person.birthDate));
    const accountId = newId();
    const opened = await this.opening.open(tx, registration, person, {
      state: isMinor ? 'awaiting_guardian' : 'active',
      // What was agreed was agreed then; a version that came since is asked for in standing.
      acceptedAt: registration.startedAt,
      actor,
      accountId,
    });
    if (opened === undefined) return undefined;
    const to = registrationLifecycle.move(registration.state, isMinor ? 'await_guardian' : 'complete');
    await this.move(tx, registration, { to, accountId, keepPerson: isMinor, ended: !isMinor });
    if (isMinor) {
      await this.journal.note(tx, {
        type: REGISTRATION_EVENTS.guardianAwaited,
        registrationId: registration.id,
        accountId,
        actor,
        clauses: ['2.1'],
        publish: true,
      });
    }
    return accountId;
  }

  private async refuse(tx: Tx, registration: RegistrationRow, refusal: Refusal, isTold: boolean): Promise<void> {
    const to = registrationLifecycle.move(registration.state, 'refuse');
    const forgetAt = addPeriod(this.clock.now(), isTold ? this.config.keepUnfinished : this.config.keepUntold);
    await this.move(tx, registration, { to, refusal, keepPerson: false, ended: true, forgetAt });
  }

  private async move(
    tx: Tx,
    { id, version, startedAt }: RegistrationRow,
    change: {
      to: RegistrationRow['state'];
      keepPerson: boolean;
      ended: boolean;
      accountId?: string;
      refusal?: Refusal;
      forgetAt?: Date;
    },
  ): Promise<void> {
    await this.store.move(tx, { id, version, startedAt, now: this.clock.now(), ...change });
  }
}
