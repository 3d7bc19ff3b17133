import { Body, Controller, Get, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { Feed } from 'feed';
import type { FastifyRequest } from 'fastify';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import { publicUrlOf } from '../../../platform/config/public-url.js';
import { RuntimeConfig } from '../../../platform/config/runtime.config.js';
import { type Locale, localeOf } from '../../../platform/http/locale.js';
import { IdParam, IfMatch, Operation } from '../../../platform/http/operation.js';
import { type Page, PageQuery } from '../../../platform/http/paging.js';
import { AnnouncementDto, CorrectionDto } from './announcements.dto.js';
import { ReasonDto } from '../enforcement.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import type { AnnouncementRecord } from './announcements.store.js';
import { PlanAnnouncementService } from './plan-announcement.service.js';

@Controller('v1/announcements')
export class AnnouncementsController {
  constructor(
    private readonly announcing: PlanAnnouncementService,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get()
  @Operation({
    summary: 'Announced outcomes, without names',
    callers: ['public'],
    clauses: ['ENF-9', '7.1'],
    page: AnnouncementDto,
  })
  async list(@Query() query: PageQuery, @Req() request: FastifyRequest): Promise<Page<unknown>> {
    const page = await this.announcing.published(query);
    const locale = localeOf(request.headers['accept-language']);
    return { items: page.items.map((a) => shown(a, locale)), nextCursor: page.nextCursor };
  }

  @Get('rss')
  @Operation({
    summary: 'The same as RSS 2.0',
    callers: ['public'],
    clauses: ['ENF-9', '7.1'],
    raw: { mediaType: 'application/rss+xml', description: 'RSS 2.0' },
  })
  async rss(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const locale = localeOf(request.headers['accept-language']);
    const { items } = await this.announcing.published({ limit: 50 });
    const link = publicUrlOf(this.runtime);
    const feed = new Feed({
      id: `${link}/v1/announcements`,
      link,
      title: locale === 'en' ? 'Outcomes of enforcement' : '处置结果公告',
      language: locale,
      copyright: '',
      generator: 'account-lifecycle',
      ...(items[0] === undefined ? {} : { updated: items[0].updatedAt }),
    });
    for (const a of items) {
      const { text, correction } = shown(a, locale);
      feed.addItem({
        id: a.id,
        guid: a.id,
        title: `${a.pseudonym}: ${a.clauses.join(', ')}`,
        link: `${link}/v1/announcements`,
        date: a.publishAt,
        description: [correction, text].filter((t) => t !== null).join('\n'),
      });
    }
    return new StreamableFile(Buffer.from(feed.rss2(), 'utf8'), { type: 'application/rss+xml; charset=utf-8' });
  }

  @Post(':id/correction')
  @Operation({
    summary: 'Correct an announcement',
    callers: ['staff:senior_moderator', 'staff:legal'],
    clauses: ['ENF-9', '7.1'],
    answer: AnnouncementDto,
    ifMatch: true,
    errors: [E.announcement_not_found, E.announcement_withdrawn],
  })
  async correct(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: CorrectionDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const text = { zh: body.textZh, en: body.textEn };
    return shown(await this.announcing.correct(id, version, text, actorOf(caller)), 'en');
  }

  @Post(':id/withdrawal')
  @Operation({
    summary: 'Withdraw an announcement: its place stays, its text goes',
    callers: ['staff:senior_moderator', 'staff:legal'],
    clauses: ['ENF-9', '7.1'],
    answer: AnnouncementDto,
    ifMatch: true,
    errors: [E.announcement_not_found, E.announcement_withdrawn],
  })
  async withdraw(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: ReasonDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    return shown(await this.announcing.withdraw(id, version, body.reason, actorOf(caller)), 'en');
  }
}

/** What the public sees: no account, no decision. */
const shown = (a: AnnouncementRecord, locale: Locale) => ({
  id: a.id,
  pseudonym: a.pseudonym,
  state: a.state,
  version: a.version,
  clauses: a.clauses,
  measures: a.measures,
  text: a.state === 'withdrawn' ? null : locale === 'en' ? a.textEn : a.textZh,
  correction: a.state === 'withdrawn' ? null : locale === 'en' ? a.correctionEn : a.correctionZh,
  publishedAt: a.publishAt.toISOString(),
});
