import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import type { UploadedFile } from '../../../platform/http/uploaded-file.js';
import { ReadEnforcementService } from '../read-enforcement.service.js';
import { SanctionsStore } from '../sanctions/sanctions.store.js';
import { AppealFilesService } from './appeal-files.service.js';
import { AppealsService } from './appeals.service.js';
import { ReadAppealsService } from './read-appeals.service.js';

/** For somebody who has left and may not come back: what the ban says, and the way to have it looked at again. */
@Injectable()
export class BanAppealsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly sanctions: SanctionsStore,
    private readonly reading: ReadEnforcementService,
    private readonly appeals: AppealsService,
    private readonly files: AppealFilesService,
    private readonly readingAppeals: ReadAppealsService,
    private readonly clock: Clock,
  ) {}

  /** Decisions with a ban that stands, as the person reads them, each with the newest appeal against it. */
  async standing(accountId: string): Promise<Record<string, unknown>[]> {
    const barring = await this.barringDecisions(accountId);
    const [{ items }, appeals] = await Promise.all([
      this.reading.mine(accountId, { limit: 100 }),
      this.readingAppeals.list({ accountId }, { limit: 100 }),
    ]);
    return items
      .filter((d) => barring.has(String(d['id'])))
      .map((d) => ({ ...d, appeal: appeals.items.find((a) => a['decisionId'] === d['id']) ?? null }));
  }

  /** @throws DomainError decision_not_found where no ban of that decision stands */
  async file(
    once: Once,
    accountId: string,
    appeal: { decisionId: string; text: string },
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    if (!(await this.barringDecisions(accountId)).has(appeal.decisionId)) {
      throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
    }
    const { id } = await this.appeals.file(once, appeal.decisionId, appeal.text, accountId, actor);
    return this.readingAppeals.get(id, accountId);
  }

  /** The person's word in a dialogue that is still open. @throws DomainError appeal_not_found, appeal_ended */
  async write(
    once: Once,
    accountId: string,
    appealId: string,
    words: string,
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    await this.appeals.write(once, appealId, words, { accountId }, actor);
    return this.readingAppeals.get(appealId, accountId);
  }

  /** @throws DomainError appeal_not_found, appeal_ended, proof_refused, too_many_files */
  async show(
    accountId: string,
    appealId: string,
    upload: UploadedFile | undefined,
    actor: Actor,
  ): Promise<Record<string, unknown>> {
    await this.files.add(appealId, accountId, upload, actor);
    return this.readingAppeals.get(appealId, accountId);
  }

  get(accountId: string, appealId: string): Promise<Record<string, unknown>> {
    return this.readingAppeals.get(appealId, accountId);
  }

  private async barringDecisions(accountId: string): Promise<Set<string>> {
    return new Set(await this.sanctions.barringDecisions(this.transactor.reader, accountId, this.clock.now()));
  }
}
