import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { Replica } from '../../../platform/database/replica.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { type Load, loadOf } from '../domain/load.js';
import { rateOf } from '../domain/suppression.js';
import { trendOf, weeksOf } from '../domain/weekly.js';
import { EnforcementConfig } from '../enforcement.config.js';
import type { Count, Span, Spread } from './numbers-sql.js';
import { NumbersStore } from './numbers.store.js';
import { spanOf } from './period-of-numbers.js';
import { of, overturnRate, total } from './read-numbers.service.js';
import { type Backlog, type Kept, StatisticsStore } from './statistics.store.js';

export interface InTime {
  readonly kept: number;
  readonly missed: number;
  /** Per cent; null without any. */
  readonly rate: number | null;
}

export interface AgeBand {
  readonly fromHours: number;
  /** Null: without end. */
  readonly toHours: number | null;
  readonly count: number;
}

export interface Statistics {
  readonly from: Date;
  readonly to: Date;
  readonly asOf: Date;
  readonly queueAge: Spread;
  readonly queueBands: readonly AgeBand[];
  readonly backlog: readonly Backlog[];
  readonly timeToDecision: Spread & { readonly byClause: readonly (Spread & { readonly key: string })[] };
  readonly inTime: {
    readonly cases: InTime;
    readonly appeals: InTime;
    readonly byClause: readonly (InTime & { readonly key: string })[];
  };
  readonly decisions: {
    readonly byState: readonly Count[];
    readonly byClause: readonly Count[];
    readonly inBulk: number;
  };
  readonly measures: readonly Count[];
  readonly measuresByClause: readonly (Count & { readonly measure: string })[];
  readonly appeals: {
    readonly filed: readonly Count[];
    readonly answered: readonly Count[];
    readonly timeToAnswer: Spread;
    readonly overturnRate: number | null;
    readonly byClause: readonly (Count & { readonly changed: number })[];
  };
  readonly moderators: Load & { readonly agreementRate: number | null };
  readonly weeks: readonly string[];
  readonly trend: ReturnType<typeof trendOf<'reported' | 'opened' | 'decided' | 'changedOnAppeal'>>;
}

const BAND_HOURS = [4, 24, 72, 168];
const HOUR_MS = 3_600_000;

/** Numbers that a lead can trust: each is one bounded query over the facts, never a counter kept beside them. */
@Injectable()
export class ReadStatisticsService {
  constructor(
    private readonly replica: Replica,
    private readonly numbers: NumbersStore,
    private readonly store: StatisticsStore,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async read(from: string | undefined, to: string | undefined): Promise<Statistics> {
    const tx = this.replica.reader;
    const now = this.clock.now();
    const span = spanOf(from, to, 'P30D', now);
    return {
      ...span,
      asOf: now,
      queueAge: await this.store.queueAge(tx, now),
      queueBands: await this.bands(tx, now),
      backlog: await this.store.backlog(tx, now),
      timeToDecision: {
        ...(await this.numbers.timeToDecision(tx, span)),
        byClause: await this.store.timeToDecisionByClause(tx, span),
      },
      inTime: await this.inTime(tx, span),
      decisions: {
        byState: await this.store.decisionsByState(tx, span),
        byClause: await this.numbers.decisionsByClause(tx, span),
        inBulk: total(await this.store.decisionsInBulk(tx, span)),
      },
      measures: await this.numbers.measures(tx, span),
      measuresByClause: await this.store.measuresByClause(tx, span),
      appeals: await this.appeals(tx, span),
      moderators: await this.moderators(tx, span),
      weeks: weeksOf(span.from, span.to),
      trend: await this.trend(tx, span),
    };
  }

  private async bands(tx: Tx, now: Date): Promise<AgeBand[]> {
    const edges = [0, ...BAND_HOURS];
    const older = await this.store.openedBefore(
      tx,
      edges.map((hours) => new Date(now.getTime() - hours * HOUR_MS)),
    );
    const atLeast = (i: number): number => older[i]?.count ?? 0;
    return edges.map((fromHours, i) => ({
      fromHours,
      toHours: edges[i + 1] ?? null,
      count: atLeast(i) - atLeast(i + 1),
    }));
  }

  private async inTime(tx: Tx, span: Span): Promise<Statistics['inTime']> {
    const [cases] = await this.store.casesInTimeInAll(tx, span);
    const [appeals] = await this.store.appealsInTime(tx, span);
    const byClause = await this.store.casesInTime(tx, span);
    return {
      cases: rated(cases),
      appeals: rated(appeals),
      byClause: byClause.map((c) => ({ key: c.key, ...rated(c) })),
    };
  }

  private async appeals(tx: Tx, span: Span): Promise<Statistics['appeals']> {
    const answered = await this.numbers.appealsAnswered(tx, span);
    return {
      filed: await this.numbers.appealsFiled(tx, span),
      answered,
      timeToAnswer: await this.numbers.timeToAnswer(tx, span),
      overturnRate: overturnRate(answered),
      byClause: await this.store.answersByClause(tx, span),
    };
  }

  /** Staff are people too: a handful of second opinions, like the numbers of two, would say whose they are. */
  private async moderators(tx: Tx, span: Span): Promise<Statistics['moderators']> {
    const second = await this.store.secondPersons(tx, span);
    return {
      ...loadOf(await this.store.load(tx, span), this.config.smallestTeam),
      agreementRate: rateOf(of(second, 'approved'), total(second), this.config.smallestCount),
    };
  }

  private async trend(tx: Tx, span: Span): Promise<Statistics['trend']> {
    return trendOf(weeksOf(span.from, span.to), {
      reported: await this.store.reportsByWeek(tx, span),
      opened: await this.store.casesByWeek(tx, span),
      decided: await this.store.decisionsByWeek(tx, span),
      changedOnAppeal: await this.store.reversalsByWeek(tx, span),
    });
  }
}

function rated(counts: Kept | undefined): InTime {
  const { kept, missed } = counts ?? { kept: 0, missed: 0 };
  return { kept, missed, rate: rateOf(kept, kept + missed) };
}
