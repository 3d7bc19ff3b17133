import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import type { Once } from '../../platform/database/once.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { UploadedFile } from '../../platform/http/uploaded-file.js';
import { BanAppealsService } from './appeals/ban-appeals.service.js';
import { CasesStore } from './cases/cases.store.js';
import { OpenOwnCaseService } from './cases/open-own-case.service.js';
import { SanctionsStore } from './sanctions/sanctions.store.js';

/** The module's door. */
@Injectable()
export class EnforcementService {
  constructor(
    private readonly cases: CasesStore,
    private readonly sanctions: SanctionsStore,
    private readonly opening: OpenOwnCaseService,
    private readonly banAppeals: BanAppealsService,
    private readonly clock: Clock,
  ) {}

  /** Asked by other modules before an account is closed: is a case open, does a sanction stand? */
  async factsOf(tx: Tx, accountId: string): Promise<{ openCase: boolean; sanctioned: boolean }> {
    const live = await this.sanctions.live(tx, accountId, this.clock.now());
    return { openCase: await this.cases.hasUndecided(tx, accountId), sanctioned: live.length > 0 };
  }

  /** A case that another module has reason to open, e.g. after "someone else is using my account" (2.4). */
  async openCase(
    tx: Tx,
    what: { accountId: string; clause: string; note: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    const { accountId, clause, note } = what;
    const { id } = await this.opening.openIn(tx, { subjectAccountId: accountId, clause, note }, actor);
    return { id };
  }

  /** Decisions with a standing ban on re-registration, as the person reads them; who asks has proved to be the person. */
  bansOn(accountId: string): Promise<Record<string, unknown>[]> {
    return this.banAppeals.standing(accountId);
  }

  /** An appeal by somebody without an account. @throws DomainError decision_not_found, appeal_live, appeal_out_of_time */
  appealBan(
    once: Once,
    accountId: string,
    appeal: { decisionId: string; text: string },
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    return this.banAppeals.file(once, accountId, appeal, actor);
  }

  /** @throws DomainError appeal_not_found also for somebody else's, appeal_ended */
  writeInAppeal(
    once: Once,
    accountId: string,
    appealId: string,
    words: string,
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    return this.banAppeals.write(once, accountId, appealId, words, actor);
  }

  /** @throws DomainError appeal_not_found also for somebody else's, appeal_ended, proof_refused, too_many_files */
  showInAppeal(
    accountId: string,
    appealId: string,
    upload: UploadedFile | undefined,
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    return this.banAppeals.show(accountId, appealId, upload, actor);
  }

  /** @throws DomainError appeal_not_found also for somebody else's */
  appealOf(accountId: string, appealId: string): Promise<Record<string, unknown>> {
    return this.banAppeals.get(accountId, appealId);
  }
}
