import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { proofTypeOf, type UploadedFile } from '../../../platform/http/uploaded-file.js';
import { ReviewService } from '../../review/review.service.js';
import { appealLifecycle } from '../domain/appeal-lifecycle.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { type AppealFile, AppealFilesStore } from './appeal-files.store.js';
import { AppealsService } from './appeals.service.js';
import { AppealsStore } from './appeals.store.js';

/** As many as the person's page offers (console/src/account/appeal.tsx). */
const MOST_FILES = 10;

/**
 * What a person shows in an appeal (ENF-14): hashed as it came, sealed in its row, kept and erased with what was said. The
 * same file sent again, because the answer was lost on the way, is the one that is there.
 */
@Injectable()
export class AppealFilesService {
  constructor(
    private readonly transactor: Transactor,
    private readonly appeals: AppealsStore,
    private readonly journal: AppealsService,
    private readonly store: AppealFilesStore,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly clock: Clock,
  ) {}

  /**
   * By the person whose appeal it is, while it is open.
   * @throws DomainError appeal_not_found also for somebody else's, appeal_ended, proof_refused, too_many_files
   */
  async add(appealId: string, accountId: string, upload: UploadedFile | undefined, actor: Actor): Promise<AppealFile> {
    const mediaType = upload && (await proofTypeOf(upload.content));
    if (upload === undefined || mediaType === undefined) throw new DomainError(ENFORCEMENT_ERRORS.proof_refused);
    const sha256 = sha256Hex(upload.content);
    return this.transactor.run(async (tx) => {
      const appeal = await this.appeals.lock(tx, appealId);
      if (appeal?.accountId !== accountId) throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
      if (appealLifecycle.isTerminal(appeal.state)) throw new DomainError(ENFORCEMENT_ERRORS.appeal_ended);
      const there = await this.store.of(tx, [appealId]);
      const same = there.find((file) => file.sha256 === sha256);
      if (same !== undefined) return same;
      if (there.length >= MOST_FILES) throw new DomainError(ENFORCEMENT_ERRORS.too_many_files);
      const id = newId();
      const sizeBytes = upload.content.length;
      const file: AppealFile = { id, appealId, mediaType, sizeBytes, sha256, addedAt: this.clock.now() };
      await this.store.insert(tx, file, accountId, this.texts.sealBytes('appeal_files', id, upload.content));
      await this.review.renew(tx, appealId);
      await this.journal.note(tx, ENFORCEMENT_EVENTS.appealFileAdded, appeal, actor, { fileId: id, sha256 });
      return file;
    });
  }

  /**
   * For whoever looks again, never for those who took part in the decision; the reading is recorded before the file is opened.
   * @throws DomainError file_not_found, other_reviewer_required
   */
  async read(appealId: string, fileId: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const file = await this.transactor.run(async (tx) => {
      const appeal = await this.appeals.find(tx, appealId);
      const found = appeal && (await this.store.find(tx, appealId, fileId));
      if (appeal === undefined || found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
      if (appeal.conflictIds.includes(actor.id)) throw new DomainError(ENFORCEMENT_ERRORS.other_reviewer_required);
      await this.journal.note(tx, ENFORCEMENT_EVENTS.appealFileRead, appeal, actor, { fileId });
      return found;
    });
    const content = this.texts.openBytes('appeal_files', fileId, file.sealed);
    if (content === null) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
    if (sha256Hex(content) !== file.sha256) throw new Error(`file ${fileId} of an appeal is not what was sent`);
    return { mediaType: file.mediaType, content };
  }
}
