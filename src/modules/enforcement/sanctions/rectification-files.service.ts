import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { proofTypeOf, type UploadedFile } from '../../../platform/http/uploaded-file.js';
import { rectificationLifecycle } from '../domain/rectification-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { OrdersStore } from './orders.store.js';
import { type FileLine, RectificationFilesStore } from './rectification-files.store.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';

const MOST_FILES = 5;

interface Contents {
  readonly name: string;
  /** Base64. */
  readonly content: string;
}

/**
 * What a person shows in answer to an order (ENF-2). Sealed in the row itself: no second store to keep in step, and erasing
 * the row is erasing the file.
 */
@Injectable()
export class RectificationFilesService {
  constructor(
    private readonly transactor: Transactor,
    private readonly sanctions: SanctionsStore,
    private readonly orders: OrdersStore,
    private readonly store: RectificationFilesStore,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /**
   * By the person the order was given to, while it waits for an answer or for us.
   * @throws DomainError sanction_not_found, not_an_order, order_ended, proof_refused, too_many_files
   */
  async add(sanctionId: string, accountId: string, upload: UploadedFile | undefined, actor: Actor): Promise<FileLine> {
    const mediaType = upload && (await proofTypeOf(upload.content));
    if (upload === undefined || mediaType === undefined) throw new DomainError(ENFORCEMENT_ERRORS.proof_refused);
    return this.transactor.run(async (tx) => {
      const sanction = await this.mine(tx, sanctionId, accountId);
      const order = await this.orders.lock(tx, sanctionId);
      if (order === undefined) throw new DomainError(ENFORCEMENT_ERRORS.not_an_order);
      if (rectificationLifecycle.isTerminal(order.state)) throw new DomainError(ENFORCEMENT_ERRORS.order_ended);
      if ((await this.store.of(tx, sanctionId)).length >= MOST_FILES) {
        throw new DomainError(ENFORCEMENT_ERRORS.too_many_files);
      }
      const id = newId();
      const contents: Contents = { name: upload.name.slice(0, 200), content: upload.content.toString('base64') };
      const line = {
        id,
        sanctionId,
        accountId,
        mediaType,
        sizeBytes: upload.content.length,
        sha256: sha256Hex(upload.content),
        addedAt: this.clock.now(),
      };
      await this.store.insert(tx, { ...line, sealed: this.texts.seal('rectification_files', id, contents) });
      await this.note(tx, ENFORCEMENT_EVENTS.rectificationFileAdded, sanction, actor, {
        fileId: id,
        sha256: line.sha256,
      });
      return line;
    });
  }

  list(sanctionId: string): Promise<FileLine[]> {
    return this.store.of(this.transactor.reader, sanctionId);
  }

  /** For the moderator who reviews the answer; the access is recorded before the file is opened. */
  async read(sanctionId: string, fileId: string, actor: Actor): Promise<{ mediaType: string; content: Buffer }> {
    const found = await this.transactor.run(async (tx) => {
      const sanction = await this.sanctions.find(tx, sanctionId);
      const file = await this.store.find(tx, sanctionId, fileId);
      if (sanction === undefined || file === undefined) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
      await this.note(tx, ENFORCEMENT_EVENTS.rectificationFileRead, sanction, actor, { fileId });
      return file;
    });
    const contents = this.texts.open<Contents>('rectification_files', found.id, found.sealed);
    if (contents === null) throw new DomainError(ENFORCEMENT_ERRORS.file_not_found);
    return { mediaType: found.mediaType, content: Buffer.from(contents.content, 'base64') };
  }

  /** Somebody else's order is not found. */
  private async mine(tx: Tx, sanctionId: string, accountId: string): Promise<SanctionRecord> {
    const found = await this.sanctions.find(tx, sanctionId);
    if (found?.accountId !== accountId) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    return found;
  }

  private note(tx: Tx, type: string, s: SanctionRecord, actor: Actor, data: Record<string, unknown>): Promise<void> {
    return this.journal.note(tx, {
      type,
      actor,
      accountId: s.accountId,
      target: { kind: 'sanction', id: s.id },
      clauses: ['ENF-2', '7.1', s.clause],
      data,
    });
  }
}
