import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { addPeriod, endOfLegalDay, startOfLegalDay, subtractPeriod } from '../../../kernel/period.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { isCalendarDay } from '../../../platform/http/fields.js';
import { type Cell, rateOf, suppressSmall } from '../domain/suppression.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { type Backlog, type Count, type Load, NumbersStore, type Span, type Spread } from './numbers.store.js';

export interface Statistics {
  readonly from: Date;
  readonly to: Date;
  readonly asOf: Date;
  readonly queueAge: Spread;
  readonly backlog: readonly Backlog[];
  readonly timeToDecision: Spread;
  readonly decisions: { readonly byState: readonly Count[]; readonly byClause: readonly Count[] };
  readonly measures: readonly Count[];
  readonly appeals: {
    readonly filed: readonly Count[];
    readonly answered: readonly Count[];
    readonly timeToAnswer: Spread;
    readonly overturnRate: number | null;
  };
  readonly moderators: Load & { readonly agreementRate: number | null };
}

/** What the public reads: whole sections of counts, small ones left out, nobody in it. */
export interface TransparencyReport {
  readonly from: Date;
  readonly to: Date;
  readonly smallest: number;
  readonly sections: readonly {
    readonly name: SectionName;
    readonly total: number | null;
    readonly cells: readonly Cell[];
  }[];
  readonly medianHoursToDecision: number | null;
  readonly medianHoursToAnswer: number | null;
  readonly overturnRate: number | null;
}

export type SectionName =
  | 'reports_by_clause'
  | 'reports_by_source'
  | 'decisions_by_clause'
  | 'decisions_by_source'
  | 'measures'
  | 'appeals_filed'
  | 'appeals_answered'
  | 'referrals';

/** Numbers that a lead can trust: each is one bounded query over the facts, never a counter kept beside them. */
@Injectable()
export class ReadNumbersService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: NumbersStore,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async statistics(from: string | undefined, to: string | undefined): Promise<Statistics> {
    const { reader } = this.transactor;
    const now = this.clock.now();
    const span = this.spanOf(from, to, 'P30D');
    const answered = await this.store.appealsAnswered(reader, span);
    const second = await this.store.secondPersons(reader, span);
    return {
      ...span,
      asOf: now,
      queueAge: await this.store.queueAge(reader, now),
      backlog: await this.store.backlog(reader, now),
      timeToDecision: await this.store.timeToDecision(reader, span),
      decisions: {
        byState: await this.store.decisionsByState(reader, span),
        byClause: await this.store.decisionsByClause(reader, span),
      },
      measures: await this.store.measures(reader, span),
      appeals: {
        filed: await this.store.appealsFiled(reader, span),
        answered,
        timeToAnswer: await this.store.timeToAnswer(reader, span),
        overturnRate: overturnRate(answered),
      },
      moderators: {
        ...(await this.store.load(reader, span)),
        agreementRate: rateOf(of(second, 'approved'), total(second)),
      },
    };
  }

  async report(from: string | undefined, to: string | undefined): Promise<TransparencyReport> {
    const { reader } = this.transactor;
    const least = this.config.smallestCount;
    const span = this.spanOf(from, to, 'P6M');
    const answered = await this.store.appealsAnswered(reader, span);
    const toDecision = await this.store.timeToDecision(reader, span);
    const toAnswer = await this.store.timeToAnswer(reader, span);
    const section = (name: SectionName, counts: readonly Count[]) => {
      const cells = suppressSmall(counts, least);
      const sum = total(counts);
      return { name, total: sum > 0 && sum < least ? null : sum, cells };
    };
    return {
      ...span,
      smallest: least,
      sections: [
        section('reports_by_clause', await this.store.reportsByClause(reader, span)),
        section('reports_by_source', await this.store.reportsBySource(reader, span)),
        section('decisions_by_clause', await this.store.decisionsByClause(reader, span)),
        section('decisions_by_source', await this.store.decisionsBySource(reader, span)),
        section('measures', await this.store.measures(reader, span)),
        section('appeals_filed', await this.store.appealsFiled(reader, span)),
        section('appeals_answered', answered),
        section('referrals', await this.store.referralsSent(reader, span)),
      ],
      medianHoursToDecision: toDecision.count < least ? null : hours(toDecision.median),
      medianHoursToAnswer: toAnswer.count < least ? null : hours(toAnswer.median),
      overturnRate: overturnRate(answered, least),
    };
  }

  /** A day is meant whole, where the law applies; at most a year and a day. @throws DomainError period_invalid */
  private spanOf(from: string | undefined, to: string | undefined, usual: string): Span {
    const end = to === undefined ? this.clock.now() : isCalendarDay(to) ? endOfLegalDay(to) : instant(to);
    const begin = from === undefined ? undefined : isCalendarDay(from) ? startOfLegalDay(from) : instant(from);
    return within(begin ?? subtractPeriod(end, usual), end);
  }
}

function within(begin: Date, end: Date): Span {
  const bad = Number.isNaN(begin.getTime()) || Number.isNaN(end.getTime());
  if (bad || begin >= end || addPeriod(begin, 'P1Y1D') < end) throw new DomainError(ENFORCEMENT_ERRORS.period_invalid);
  return { from: begin, to: end };
}

/** A day that does not exist is no instant either, whatever `Date` makes of it. */
const instant = (text: string): Date => new Date(text.includes('T') ? text : Number.NaN);
const total = (counts: readonly Count[]): number => counts.reduce((sum, c) => sum + c.count, 0);
const of = (counts: readonly Count[], key: string): number => counts.find((c) => c.key === key)?.count ?? 0;
const hours = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds / 360) / 10);
/** Overturned or varied: where we had been wrong, in whole or in part. */
const overturnRate = (answered: readonly Count[], least = 1): number | null =>
  rateOf(of(answered, 'overturned') + of(answered, 'varied'), total(answered), least);
