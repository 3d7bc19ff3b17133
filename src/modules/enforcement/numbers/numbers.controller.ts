import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { localeOf } from '../../../platform/http/locale.js';
import { Operation } from '../../../platform/http/operation.js';
import { READERS } from '../callers.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { PeriodQuery, ReportQuery, TransparencyReportDto } from './numbers.dto.js';
import { ReadNumbersService, type TransparencyReport } from './read-numbers.service.js';
import { ReadStatisticsService, type Statistics } from './read-statistics.service.js';
import { reportCsv, reportHtml } from './report-formats.js';
import { EnforcementStatisticsDto } from './statistics.dto.js';

@Controller('v1')
export class NumbersController {
  constructor(
    private readonly numbers: ReadNumbersService,
    private readonly reading: ReadStatisticsService,
  ) {}

  @Get('enforcement/statistics')
  @Operation({
    summary:
      'Queue age, backlog, time to decision, what was in time, measures, appeals, load and agreement, week by week',
    description:
      'The last thirty days without `from` and `to`; at most a year. Of few moderators nothing is told that would say whose it is.',
    callers: READERS,
    clauses: ['ENF-13', '7.1'],
    answer: EnforcementStatisticsDto,
    errors: [E.period_invalid],
  })
  statistics(@Query() query: PeriodQuery): Promise<Statistics> {
    return this.reading.read(query.from, query.to);
  }

  @Get('transparency-reports')
  @Operation({
    summary: 'Transparency report of a period: JSON, CSV, or a page with charts',
    description:
      'The last six months without `from` and `to`; at most a year. Small counts are left out; nobody is in it.',
    callers: ['public'],
    clauses: ['ENF-9', '6', '7.1'],
    answer: TransparencyReportDto,
    errors: [E.period_invalid],
  })
  async report(
    @Query() query: ReportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransparencyReport | string> {
    const report = await this.numbers.report(query.from, query.to);
    reply.header('vary', 'Accept-Language');
    if (query.format === 'csv') {
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="transparency-report.csv"');
      return reportCsv(report);
    }
    if (query.format !== 'html') return report;
    reply.header('content-type', 'text/html; charset=utf-8');
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    return reportHtml(report, localeOf(request.headers['accept-language']));
  }
}
