import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod, subtractPeriod } from '../../kernel/period.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Refusal, type RefusalTold, tellRefusal } from './domain/refusal.js';
import { registrationLifecycle, type RegistrationState, stateAt } from './domain/registration-lifecycle.js';
import { PersonSealer } from './person-sealer.js';
import { RegistrationConfig } from './registration.config.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';
import { REGISTRATION_EVENTS } from './registration.events.js';
import { RegistrationJournal } from './registration-journal.js';
import { type RegistrationRow, RegistrationStore } from './registration.store.js';
import { RulesStore, type StoredDecision } from './rules.store.js';

const BATCH = 500;

export interface RegistrationTold {
  readonly id: string;
  readonly status: RegistrationState;
  readonly expiresAt: string;
  readonly refusal?: RefusalTold;
}

/** What a moderator sees of a held registration: why, and nothing that names the person beyond what is needed to judge. */
export interface RegistrationForReview {
  readonly registration: RegistrationRow;
  readonly decisions: readonly StoredDecision[];
  readonly displayName: string | null;
}

export interface GuardianNamed {
  readonly registrationId: string;
  /** E.164. */
  readonly phone: string;
  readonly relationship: string;
}

/** The door of registration: its state, the guardian that a ward named, and what the passing of time does. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly store: RegistrationStore,
    private readonly rules: RulesStore,
    private readonly sealer: PersonSealer,
    private readonly journal: RegistrationJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly config: RegistrationConfig,
  ) {}

  /** The state, for whoever holds the registration's id. */
  async tell(id: string): Promise<RegistrationTold> {
    const found = await this.store.find(this.transactor.reader, id);
    if (found === undefined) throw new DomainError(REGISTRATION_ERRORS.registration_not_found);
    return {
      id,
      status: stateAt(found, this.clock.now()),
      expiresAt: found.expiresAt.toISOString(),
      ...(found.refusal === null ? {} : { refusal: tellRefusal(found.refusal as Refusal, found.locale) }),
    };
  }

  async forReview(id: string): Promise<RegistrationForReview> {
    const { reader } = this.transactor;
    const registration = await this.store.find(reader, id);
    if (registration === undefined) throw new DomainError(REGISTRATION_ERRORS.registration_not_found);
    const person = registration.sealedPerson === null ? undefined : this.sealer.open(id, registration.sealedPerson);
    return {
      registration,
      decisions: await this.rules.decisionsOf(reader, id),
      displayName: person?.displayName ?? null,
    };
  }

  /** Ids of the bars for which a registration was refused (7.1); none where it was refused for something else. */
  async barsMetBy(reader: Tx, id: string): Promise<string[]> {
    const found = await this.store.find(reader, id);
    if (found?.refusal !== 'identifier_barred') return [];
    return (await this.rules.decisionsOf(reader, id)).flatMap((d) => d.facts.barred.bars ?? []);
  }

  /** Accounts that were registered with the same device or from the same subnet, as long as that is known. */
  async linksOf(
    reader: Tx,
    accountId: string,
  ): Promise<{ accountId: string; key: 'device' | 'subnet'; since: Date }[]> {
    const device = await this.rules.linksOf(reader, accountId, 'device');
    const subnet = await this.rules.linksOf(reader, accountId, 'subnet');
    return [
      ...device.map((link) => ({ ...link, key: 'device' as const })),
      ...subnet.map((link) => ({ ...link, key: 'subnet' as const })),
    ];
  }

  /** Whom to ask for consent (2.1), as long as the registration waits for it. */
  async guardianOf(tx: Tx, accountId: string): Promise<GuardianNamed | undefined> {
    const found = await this.store.findByAccountForUpdate(tx, accountId);
    if (found?.state !== 'awaiting_guardian' || found.sealedPerson === null) return undefined;
    const { guardian } = this.sealer.open(found.id, found.sealedPerson);
    return guardian === undefined ? undefined : { registrationId: found.id, ...guardian };
  }

  /** The guardian decided; what was filled in is no longer needed here. The account's own state is the caller's to move. */
  async guardianDecided(tx: Tx, accountId: string, granted: boolean, actor: Actor): Promise<void> {
    const found = await this.store.findByAccountForUpdate(tx, accountId);
    if (found?.state !== 'awaiting_guardian') return;
    const now = this.clock.now();
    const to = registrationLifecycle.move(found.state, granted ? 'complete' : 'refuse');
    const refusal: Refusal = 'guardian_refused';
    await this.store.move(tx, {
      id: found.id,
      version: found.version,
      startedAt: found.startedAt,
      to,
      now,
      keepPerson: false,
      ended: true,
      ...(granted ? {} : { refusal }),
    });
    await this.journal.note(tx, {
      type: granted ? REGISTRATION_EVENTS.completed : REGISTRATION_EVENTS.refused,
      registrationId: found.id,
      accountId,
      actor,
      clauses: ['2.1'],
      data: granted ? {} : { refusal },
    });
  }

  /** Registrations of an account that is erased (2.5). @returns how many rows went */
  forgetAccount(tx: Tx, accountId: string): Promise<number> {
    return this.store.forgetAccount(tx, accountId);
  }

  /** One batch of attempts whose time ran out: told, and what was filled in goes. They were expired before this ran. */
  expireDue(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const due = await this.store.expired(tx, now, BATCH);
      if (due.length === 0) return 0;
      await this.store.expire(
        tx,
        due.map((r) => r.id),
        now,
        addPeriod(now, this.config.keepUnfinished),
      );
      for (const { id } of due) {
        await this.journal.note(tx, {
          type: REGISTRATION_EVENTS.expired,
          registrationId: id,
          actor: SYSTEM,
          clauses: ['2.2'],
        });
      }
      return due.length;
    });
  }

  /** One batch of ended attempts and old decisions whose time of keeping is over. */
  forgetDue(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const now = this.clock.now();
      const attempts = await this.store.forget(tx, now, BATCH);
      return attempts + (await this.rules.forgetDecisions(tx, subtractPeriod(now, this.config.keepDecisions), BATCH));
    });
  }
}
