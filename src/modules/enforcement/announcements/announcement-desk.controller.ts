import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import { type CallerSpec, IdParam, IfMatch, Operation } from '../../../platform/http/operation.js';
import { type Page, PageQuery } from '../../../platform/http/paging.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import {
  AnnouncementDraftDto,
  AnnouncementFileDto,
  AnnouncementPreviewDto,
  AnnouncementPreviewRequestDto,
} from './announcement-desk.dto.js';
import { type AnnouncementPreview, AnnouncementDeskService } from './announcement-desk.service.js';
import type { AnnouncementRecord } from './announcements.store.js';
import { PlanAnnouncementService } from './plan-announcement.service.js';

const EDITORS: CallerSpec[] = ['staff:senior_moderator', 'staff:legal'];
const EDITOR_ROLES = ['senior_moderator', 'legal'];
const CLAUSES = ['ENF-9', '7.1'];

/** What the public does not see yet, or no more. */
@Controller('v1/announcement-files')
export class AnnouncementDeskController {
  constructor(
    private readonly desk: AnnouncementDeskService,
    private readonly announcing: PlanAnnouncementService,
  ) {}

  @Get()
  @Operation({
    summary: 'Every announcement, also what is under embargo or withdrawn, newest first',
    callers: [...EDITORS, 'staff:auditor'],
    clauses: CLAUSES,
    page: AnnouncementFileDto,
  })
  async list(@Query() query: PageQuery, @Caller() caller: Caller): Promise<Page<AnnouncementFileDto>> {
    const page = await this.desk.all(query);
    return { items: page.items.map((a) => this.shown(a, caller)), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @Operation({
    summary: 'One announcement as staff see it',
    callers: [...EDITORS, 'staff:auditor'],
    clauses: CLAUSES,
    answer: AnnouncementFileDto,
    errors: [E.announcement_not_found],
  })
  async get(@IdParam('id') id: string, @Caller() caller: Caller): Promise<AnnouncementFileDto> {
    return this.shown(await this.desk.get(id), caller);
  }

  @Patch(':id')
  @Operation({
    summary: 'Change the draft while it is under embargo',
    callers: EDITORS,
    clauses: CLAUSES,
    answer: AnnouncementFileDto,
    ifMatch: true,
    errors: [E.announcement_not_found, E.announcement_withdrawn, E.announcement_published],
  })
  async redraft(
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: AnnouncementDraftDto,
    @Caller() caller: Caller,
  ): Promise<AnnouncementFileDto> {
    const publishAt = body.publishAt === undefined ? undefined : new Date(body.publishAt);
    const draft = { zh: body.textZh, en: body.textEn, publishAt };
    return this.shown(await this.announcing.redraft(id, version, draft, actorOf(caller)), caller);
  }

  @Post(':id/previews')
  @Operation({
    summary: 'What the public would read, and what in it could name the person; changes nothing',
    callers: EDITORS,
    clauses: CLAUSES,
    answer: AnnouncementPreviewDto,
    errors: [E.announcement_not_found],
  })
  preview(@IdParam('id') id: string, @Body() body: AnnouncementPreviewRequestDto): Promise<AnnouncementPreview> {
    return this.desk.preview(id, body.as, { zh: body.textZh, en: body.textEn });
  }

  private shown(a: AnnouncementRecord, caller: Caller): AnnouncementFileDto {
    const visibility = this.desk.visibilityOf(a);
    const may =
      caller.kind === 'staff' && EDITOR_ROLES.some((role) => (caller.roles as readonly string[]).includes(role));
    const actions = visibility === 'withdrawn' ? [] : [visibility === 'embargo' ? 'redraft' : 'correct', 'withdraw'];
    return {
      id: a.id,
      accountId: a.accountId,
      decisionId: a.decisionId,
      pseudonym: a.pseudonym,
      visibility,
      version: a.version,
      clauses: [...a.clauses],
      measures: [...a.measures],
      textZh: a.textZh,
      textEn: a.textEn,
      correctionZh: a.correctionZh,
      correctionEn: a.correctionEn,
      createdAt: a.createdAt.toISOString(),
      publishAt: a.publishAt.toISOString(),
      withdrawnAt: a.withdrawnAt?.toISOString() ?? null,
      withdrawalReason: a.withdrawalReason,
      actions: may ? actions : [],
    };
  }
}
