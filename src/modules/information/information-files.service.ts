import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { sha256Hex } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor } from '../../platform/database/transactor.js';
import { proofTypeOf, type UploadedFile } from '../../platform/http/uploaded-file.js';
import type { ProofFileDto } from '../../platform/http/proof-file.dto.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ReviewService } from '../review/review.service.js';
import { informationCorrectionLifecycle } from './domain/information-correction-lifecycle.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { INFORMATION_EVENTS } from './information.events.js';
import { type CorrectionFileLine, InformationFilesStore } from './information-files.store.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';

const MOST_FILES = 5;

/**
 * What a person shows for a correction (2.2): a document with the birth date, a licence with the name. What a file is, its
 * bytes say. Sealed in the row itself: no second store to keep in step, and erasing the row is erasing the file.
 */
@Injectable()
export class InformationFilesService {
  constructor(
    private readonly corrections: InformationStore,
    private readonly store: InformationFilesStore,
    private readonly review: ReviewService,
    private readonly accounts: AccountsService,
    private readonly journal: InformationJournal,
    private readonly cipher: FieldCipher,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** By the person, while somebody looks. @throws DomainError information_correction_not_found, information_correction_decided, information_file_refused, too_many_information_files */
  async add(correctionId: string, accountId: string, upload: UploadedFile | undefined): Promise<CorrectionFileLine> {
    const mediaType = upload && (await proofTypeOf(upload.content));
    if (upload === undefined || mediaType === undefined) throw new DomainError(E.information_file_refused);
    return this.transactor.run(async (tx) => {
      await this.accounts.lockFor(tx, accountId, 'read');
      const correction = await this.corrections.correction(tx, correctionId);
      // Somebody else's is not found (row 14).
      if (correction?.accountId !== accountId) throw new DomainError(E.information_correction_not_found);
      if (informationCorrectionLifecycle.isTerminal(correction.state))
        throw new DomainError(E.information_correction_decided);
      if ((await this.store.of(tx, correctionId)).length >= MOST_FILES)
        throw new DomainError(E.too_many_information_files);
      const id = newId();
      const line = {
        id,
        correctionId,
        accountId,
        mediaType,
        sizeBytes: upload.content.length,
        sha256: sha256Hex(upload.content),
        addedAt: this.clock.now(),
      };
      await this.store.insert(tx, { ...line, sealed: this.cipher.seal(upload.content, contextOf(id)) });
      await this.review.renew(tx, correctionId);
      await this.note(tx, INFORMATION_EVENTS.correctionFileAdded, line, { kind: 'account', id: accountId });
      return line;
    });
  }

  list(correctionId: string): Promise<CorrectionFileLine[]> {
    return this.store.of(this.transactor.reader, correctionId);
  }

  /** For the person: what they added, by correction; without the contents. */
  async ofAccount(accountId: string): Promise<ReadonlyMap<string, ProofFileDto[]>> {
    const files = new Map<string, ProofFileDto[]>();
    for (const line of await this.store.ofAccount(this.transactor.reader, accountId)) {
      const { id, correctionId, mediaType, sizeBytes, sha256, addedAt } = line;
      const shown = { id, mediaType, sizeBytes, sha256, addedAt: addedAt.toISOString() };
      files.set(correctionId, [...(files.get(correctionId) ?? []), shown]);
    }
    return files;
  }

  /** For whoever looks at the correction; the reading is recorded before the file is opened. */
  async read(correctionId: string, id: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const { mediaType, sealed } = await this.transactor.run(async (tx) => {
      const file = await this.store.find(tx, correctionId, id);
      if (file === undefined) throw new DomainError(E.information_file_not_found);
      await this.note(tx, INFORMATION_EVENTS.correctionFileRead, file, actor);
      return file;
    });
    return { mediaType, content: this.cipher.open(sealed, contextOf(id)) };
  }

  private note(
    tx: Parameters<InformationJournal['note']>[0],
    type: string,
    { id, correctionId, accountId, sha256 }: CorrectionFileLine,
    actor: Actor,
  ): Promise<void> {
    const target = { kind: 'information_correction', id: correctionId } as const;
    return this.journal.note(tx, { type, actor, target, accountId, data: { fileId: id, sha256 }, quiet: true });
  }
}

const contextOf = (id: string): string => columnContext('information_correction_files', 'sealed', id);
