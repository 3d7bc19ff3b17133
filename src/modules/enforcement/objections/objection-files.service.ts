import { Injectable } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../../kernel/actor.js';
import { sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { proofTypeOf, type UploadedFile } from '../../../platform/http/uploaded-file.js';
import { Limits } from '../../../platform/limits/limits.service.js';
import { ReviewService } from '../../review/review.service.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { type ObjectionFile, ObjectionFilesStore } from './objection-files.store.js';
import { type ObjectionRecord, ObjectionsStore } from './objections.store.js';

/** As many as the person's page offers (console/src/account/ban-objection.tsx). */
const MOST_FILES = 10;
/** Files a day from one address, taken or not. */
const PER_ADDRESS = 60;

/** What the new holder of a number shows: a contract, a bill. As in an appeal: hashed as it came, sealed in its row. */
@Injectable()
export class ObjectionFilesService {
  constructor(
    private readonly transactor: Transactor,
    private readonly objections: ObjectionsStore,
    private readonly store: ObjectionFilesStore,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  /**
   * By whoever holds the registration's id, while it is open.
   * @throws DomainError objection_not_found, objection_answered, proof_refused, too_many_files, too_many_requests
   */
  async add(registrationId: string, upload: UploadedFile | undefined, ip: string): Promise<ObjectionFile> {
    await this.limits.consume({ bucket: 'objection.files', key: ip, limit: PER_ADDRESS, window: 'P1D' });
    const mediaType = upload && (await proofTypeOf(upload.content));
    if (upload === undefined || mediaType === undefined) throw new DomainError(ENFORCEMENT_ERRORS.proof_refused);
    const sha256 = sha256Hex(upload.content);
    return this.transactor.run(async (tx) => {
      const found = await this.objections.ofRegistration(tx, registrationId);
      const objection = found && (await this.objections.lock(tx, found.id));
      if (objection === undefined) throw new DomainError(ENFORCEMENT_ERRORS.objection_not_found);
      if (objection.state !== 'filed') throw new DomainError(ENFORCEMENT_ERRORS.objection_answered);
      const there = await this.store.of(tx, objection.id);
      const same = there.find((file) => file.sha256 === sha256);
      if (same !== undefined) return same;
      if (there.length >= MOST_FILES) throw new DomainError(ENFORCEMENT_ERRORS.too_many_files);
      const id = newId();
      const file = { id, mediaType, sizeBytes: upload.content.length, sha256, addedAt: this.clock.now() };
      const sealed = this.texts.sealBytes('ban_objection_files', id, upload.content);
      await this.store.insert(tx, objection.id, file, sealed);
      await this.review.renew(tx, objection.id);
      await this.note(tx, ENFORCEMENT_EVENTS.objectionFileAdded, objection, ANONYMOUS, { fileId: id, sha256 });
      return file;
    });
  }

  /**
   * For whoever hears it, never for those who decided the ban; the reading is recorded before the file is opened.
   * @throws DomainError file_not_found, other_reviewer_required
   */
  async read(objectionId: string, fileId: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const file = await this.transactor.run(async (tx) => {
      const objection = await this.objections.find(tx, objectionId);
      const found = objection && (await this.store.find(tx, objectionId, fileId));
      if (objection === undefined || found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
      if (objection.conflictIds.includes(actor.id)) throw new DomainError(ENFORCEMENT_ERRORS.other_reviewer_required);
      await this.note(tx, ENFORCEMENT_EVENTS.objectionFileRead, objection, actor, { fileId });
      return found;
    });
    const content = this.texts.openBytes('ban_objection_files', fileId, file.sealed);
    if (content === null) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
    if (sha256Hex(content) !== file.sha256) throw new Error(`file ${fileId} of an objection is not what was sent`);
    return { mediaType: file.mediaType, content };
  }

  private note(tx: Tx, type: string, o: ObjectionRecord, actor: Actor, data: object): Promise<void> {
    const target = { kind: 'ban_objection', id: o.id };
    return this.journal.note(tx, { type, actor, target, clauses: ['ENF-6', 'ENF-14', '7.1'], data: { ...data } });
  }
}
