import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import { sha256Hex } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { openWith, sealWith } from '../../platform/crypto/envelope.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor } from '../../platform/database/transactor.js';
import { proofTypeOf } from '../../platform/http/uploaded-file.js';
import { ReviewService } from '../review/review.service.js';
import { EvidenceFiles } from './evidence-files.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryAppealsService } from './recovery-appeals.service.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryStore } from './recovery.store.js';

const FILE_KEY_VERSION = 1;
const LONGEST_NAME = 200;

export interface AddedEvidence {
  readonly id: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Files that support an appeal. What a file is, its bytes say, not its name or header. Each is sealed under a key of its
 * own that stands, sealed, in its row: erasing the row makes the file noise, wherever copies of it lie.
 */
@Injectable()
export class RecoveryEvidenceService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly files: EvidenceFiles,
    private readonly appeals: RecoveryAppealsService,
    private readonly review: ReviewService,
    private readonly journal: RecoveryJournal,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    private readonly config: RecoveryConfig,
  ) {}

  /** @throws DomainError recovery_appeal_not_found, recovery_appeal_decided, evidence_refused, too_much_evidence */
  async add(
    appealId: string,
    token: string | undefined,
    upload: { name: string; content: Buffer },
  ): Promise<AddedEvidence> {
    await this.appeals.mustOpen(appealId, token);
    const mediaType = await proofTypeOf(upload.content);
    if (mediaType === undefined) throw new DomainError(RECOVERY_ERRORS.evidence_refused);
    const id = newId();
    const key = randomBytes(32);
    // Before the row: a file without a row is noise that the sweep removes, a row without its file would be a loss.
    await this.files.put(id, sealWith(key, FILE_KEY_VERSION, upload.content, fileContext(id)));
    const sha256 = sha256Hex(upload.content);
    await this.transactor.run(async (tx) => {
      const appeal = await this.store.lockAppeal(tx, appealId);
      if (appeal?.state !== 'in_review') throw new DomainError(RECOVERY_ERRORS.recovery_appeal_decided);
      if ((await this.store.countEvidence(tx, appealId)) >= this.config.maxEvidenceFiles) {
        throw new DomainError(RECOVERY_ERRORS.too_much_evidence);
      }
      await this.store.insertEvidence(tx, {
        id,
        appealId,
        accountId: appeal.accountId,
        fileName: this.cipher.seal(
          upload.name.slice(0, LONGEST_NAME),
          columnContext('recovery_evidence', 'file_name', id),
        ),
        fileKey: this.cipher.seal(key, columnContext('recovery_evidence', 'file_key', id)),
        mediaType,
        bytes: upload.content.length,
        sha256,
        createdAt: this.clock.now(),
        fileCheckedAt: null,
        fileMissingSince: null,
      });
      await this.review.renew(tx, appealId);
      await this.journal.note(tx, {
        type: RECOVERY_EVENTS.evidenceAdded,
        actor: ANONYMOUS,
        target: { kind: 'recovery_appeal', id: appealId },
        accountId: appeal.accountId,
        data: { evidenceId: id, mediaType, sha256 },
      });
    });
    return { id, mediaType, bytes: upload.content.length, sha256 };
  }

  /** For the reviewer; the reading is recorded before the file is opened. */
  async read(appealId: string, evidenceId: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const found = await this.transactor.run(async (tx) => {
      const evidence = await this.store.findEvidence(tx, appealId, evidenceId);
      if (evidence === undefined) throw new DomainError(RECOVERY_ERRORS.recovery_appeal_not_found);
      await this.journal.note(tx, {
        type: RECOVERY_EVENTS.evidenceRead,
        actor,
        target: { kind: 'recovery_appeal', id: appealId },
        accountId: evidence.accountId,
        data: { evidenceId },
        quiet: true,
      });
      return evidence;
    });
    const sealed = await this.files.get(found.id);
    if (sealed === undefined) throw new Error(`evidence file ${found.id} is missing from the file store`);
    const key = this.cipher.open(found.fileKey, columnContext('recovery_evidence', 'file_key', found.id));
    return { mediaType: found.mediaType, content: openWith(key, sealed, fileContext(found.id)) };
  }
}

const fileContext = (id: string): string => `recovery_evidence.file:${id}`;
