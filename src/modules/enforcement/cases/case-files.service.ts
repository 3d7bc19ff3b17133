import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { proofTypeOf, type UploadedFile } from '../../../platform/http/uploaded-file.js';
import { REVIEW_ERRORS } from '../../review/review.errors.js';
import { ReviewService } from '../../review/review.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { CaseFilesStore } from './case-files.store.js';
import { type CaseRecord, CasesStore, type EvidenceRecord } from './cases.store.js';
import { WorkCaseService } from './work-case.service.js';

const MOST_FILES = 50;
const LONGEST_NAME = 200;

/** What is seen of a file without opening it. */
export interface FileWords {
  readonly name: string;
  readonly mediaType: string;
}

/**
 * Files as evidence of a case (ENF-11): what a file is, its bytes say; it is hashed as it came, sealed in a row beside its
 * evidence so that a page of a case need not open it, held and erased with it, and every reading is on record.
 */
@Injectable()
export class CaseFilesService {
  constructor(
    private readonly transactor: Transactor,
    private readonly cases: CasesStore,
    private readonly store: CaseFilesStore,
    private readonly work: WorkCaseService,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError case_not_found, proof_refused, too_many_files, conflict_of_interest */
  async add(
    caseId: string,
    upload: UploadedFile | undefined,
    actor: Actor,
  ): Promise<{ record: EvidenceRecord; words: FileWords }> {
    const mediaType = upload && (await proofTypeOf(upload.content));
    if (upload === undefined || mediaType === undefined) throw new DomainError(ENFORCEMENT_ERRORS.proof_refused);
    const words = { name: upload.name.slice(0, LONGEST_NAME), mediaType };
    return this.transactor.run(async (tx) => {
      const found = await this.work.mustLock(tx, caseId);
      this.refuseParty(found, actor);
      if ((await this.store.count(tx, caseId)) >= MOST_FILES) throw new DomainError(ENFORCEMENT_ERRORS.too_many_files);
      const id = newId();
      const addedAt = this.clock.now();
      const record: EvidenceRecord = {
        id,
        kind: 'file',
        sealed: this.texts.seal('case_evidence', id, words),
        contentHash: sha256Hex(upload.content),
        sizeBytes: upload.content.length,
        addedBy: actor.id,
        addedAt,
        heldSince: null,
      };
      await this.cases.addEvidence(tx, caseId, found.accountId, record);
      const sealed = this.texts.sealBytes('case_evidence_files', id, upload.content);
      await this.store.insert(tx, { evidenceId: id, caseId, accountId: found.accountId, sealed, mediaType, addedAt });
      await this.review.renew(tx, caseId);
      const data = { evidenceId: id, contentHash: record.contentHash, mediaType };
      await this.note(tx, ENFORCEMENT_EVENTS.evidenceAdded, found, actor, data);
      return { record, words };
    });
  }

  /**
   * The reading is recorded before the file is opened, and what is handed out is what was added.
   * @throws DomainError file_not_found, conflict_of_interest
   */
  async read(caseId: string, evidenceId: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const file = await this.transactor.run(async (tx) => {
      const found = await this.cases.find(tx, caseId);
      const ofCase = found && (await this.cases.evidenceOf(tx, caseId)).some((e) => e.id === evidenceId);
      const stored = ofCase ? await this.store.find(tx, evidenceId) : undefined;
      if (found === undefined || stored === undefined) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
      this.refuseParty(found, actor);
      await this.note(tx, ENFORCEMENT_EVENTS.evidenceRead, found, actor, { evidenceId });
      return stored;
    });
    const content = this.texts.openBytes('case_evidence_files', evidenceId, file.sealed);
    if (content === null) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
    if (sha256Hex(content) !== file.contentHash) throw new Error(`evidence ${evidenceId} is not what was added`);
    return { mediaType: file.mediaType, content };
  }

  private refuseParty(found: CaseRecord, actor: Actor): void {
    if (found.conflictIds.includes(actor.id)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
  }

  private async note(tx: Tx, type: string, c: CaseRecord, actor: Actor, data: Record<string, unknown>): Promise<void> {
    const target = { kind: 'case', id: c.id };
    await this.journal.note(tx, {
      type,
      actor,
      accountId: c.accountId,
      target,
      clauses: ['ENF-11', ...c.clauses],
      data,
    });
  }
}
