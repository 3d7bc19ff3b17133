import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import type { AppealState } from '../domain/appeal-lifecycle.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { SealedTexts } from '../sealed-texts.js';
import { type AppealFile, AppealFilesStore } from './appeal-files.store.js';
import { type AppealRecord, AppealsStore } from './appeals.store.js';

@Injectable()
export class ReadAppealsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: AppealsStore,
    private readonly files: AppealFilesStore,
    private readonly texts: SealedTexts,
  ) {}

  /** @param holder only this account's */
  async get(id: string, holder?: string): Promise<Record<string, unknown>> {
    const found = await this.store.find(this.transactor.reader, id);
    if (found === undefined || (holder !== undefined && found.accountId !== holder)) {
      throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
    }
    return this.show(found, await this.files.of(this.transactor.reader, [id]));
  }

  async list(
    filter: { accountId?: string | undefined; state?: AppealState | undefined },
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Record<string, unknown>>> {
    const found = await this.store.list(this.transactor.reader, filter, decodeCursor(page.cursor), page.limit);
    const { items, nextCursor } = pageOf(found, page.limit, (a) => [a.filedAt, a.id]);
    const ids = items.map((a) => a.id);
    const files = await this.files.of(this.transactor.reader, ids);
    return { items: await Promise.all(items.map((a) => this.show(a, files))), nextCursor };
  }

  /** The person never learns who of us wrote or decided. */
  private async show(a: AppealRecord, files: readonly AppealFile[]): Promise<Record<string, unknown>> {
    const { conflictIds: _conflicts, reviewer: _reviewer, ...shown } = a;
    const messages = await this.store.messagesOf(this.transactor.reader, a.id);
    return {
      ...shown,
      messages: messages.map((m) => ({
        fromStaff: m.fromStaff,
        text: this.texts.open<string>('appeal_messages', m.id, m.sealed),
        at: m.at,
      })),
      files: files.filter((f) => f.appealId === a.id).map(({ appealId: _appealId, ...file }) => file),
    };
  }
}
