import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { Replica } from '../../../platform/database/replica.js';
import { type Cell, rateOf, suppressSmall } from '../domain/suppression.js';
import { EnforcementConfig } from '../enforcement.config.js';
import type { Count } from './numbers-sql.js';
import { NumbersStore } from './numbers.store.js';
import { spanOf } from './period-of-numbers.js';

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

/** What is published: each number is one bounded query over the facts, never a counter kept beside them. */
@Injectable()
export class ReadNumbersService {
  constructor(
    private readonly replica: Replica,
    private readonly store: NumbersStore,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async report(from: string | undefined, to: string | undefined): Promise<TransparencyReport> {
    const { reader } = this.replica;
    const least = this.config.smallestCount;
    const span = spanOf(from, to, 'P6M', this.clock.now());
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
}

export const total = (counts: readonly Count[]): number => counts.reduce((sum, c) => sum + c.count, 0);
export const of = (counts: readonly Count[], key: string): number => counts.find((c) => c.key === key)?.count ?? 0;
const hours = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds / 360) / 10);
/** Overturned or varied: where we had been wrong, in whole or in part. */
export const overturnRate = (answered: readonly Count[], least = 1): number | null =>
  rateOf(of(answered, 'overturned') + of(answered, 'varied'), total(answered), least);
