import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Finding, namingIn } from '../domain/announcement-text.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { type AnnouncementRecord, AnnouncementsStore } from './announcements.store.js';

export interface AnnouncementPreview {
  readonly zh: readonly string[];
  readonly en: readonly string[];
  readonly naming: readonly Finding[];
}

/** Announcements as staff see them, and what the public would read before it does (ENF-9). */
@Injectable()
export class AnnouncementDeskService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: AnnouncementsStore,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  async all(page: { limit: number; cursor?: string | undefined }): Promise<Page<AnnouncementRecord>> {
    const found = await this.store.all(this.transactor.reader, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (a) => [a.createdAt, a.id]);
  }

  async get(id: string): Promise<AnnouncementRecord> {
    const found = await this.store.find(this.transactor.reader, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.announcement_not_found);
    return found;
  }

  async preview(
    id: string,
    as: 'draft' | 'correction',
    text: { zh: string; en: string },
  ): Promise<AnnouncementPreview> {
    const found = await this.get(id);
    const displayName = await this.nameOf(found.accountId);
    const head = `${found.pseudonym}: ${found.clauses.join(', ')}`;
    return {
      zh: as === 'draft' ? [head, text.zh] : [head, text.zh, found.textZh],
      en: as === 'draft' ? [head, text.en] : [head, text.en, found.textEn],
      naming: namingIn([text.zh, text.en], displayName),
    };
  }

  /** Null where nobody knows it any more: then nothing can be compared. */
  private async nameOf(accountId: string | null): Promise<string | null> {
    const { reader } = this.transactor;
    if (accountId === null || (await this.accounts.find(reader, accountId)) === undefined) return null;
    return (await this.accounts.detailsOf(reader, accountId)).displayName;
  }

  /** As the reader of this moment sees it. */
  visibilityOf(a: AnnouncementRecord): 'embargo' | 'public' | 'corrected' | 'withdrawn' {
    if (a.state === 'withdrawn') return 'withdrawn';
    if (a.publishAt > this.clock.now()) return 'embargo';
    return a.state === 'corrected' ? 'corrected' : 'public';
  }
}
