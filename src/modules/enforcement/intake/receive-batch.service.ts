import { Injectable } from '@nestjs/common';
import { digestOf } from '../../../kernel/canonical-json.js';
import { isDomainError } from '../../../kernel/domain-error.js';
import { inLanes } from '../../../kernel/lanes.js';
import type { Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { type NewReport, type Receipt, ReceiveReportService } from './receive-report.service.js';

/** What became of one report of a batch, in the order in which they came. */
export interface BatchedReceipt extends Partial<Receipt> {
  readonly outcome: 'received' | 'refused';
  /** The error code with which an item was refused. */
  readonly problem: string | null;
}

const AT_ONCE = 4;

/** What a detector found, many at a time (ENF-13): each report is received as a single one is, or refused by itself. */
@Injectable()
export class ReceiveBatchService {
  constructor(private readonly receiving: ReceiveReportService) {}

  /**
   * The key of a batch is the key of each of its reports: a batch that broke off and is sent again answers what it had
   * received and receives the rest.
   */
  async receive(once: Once, reports: readonly NewReport[], caller: Caller): Promise<BatchedReceipt[]> {
    const answers: BatchedReceipt[] = [];
    await inLanes([...reports.entries()], AT_ONCE, async ([i, report]) => {
      answers[i] = await this.receiveOne(partOf(once, i, report), report, caller);
    });
    return answers;
  }

  private async receiveOne(once: Once, report: NewReport, caller: Caller): Promise<BatchedReceipt> {
    try {
      return { outcome: 'received', problem: null, ...(await this.receiving.receive(once, report, caller)) };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { outcome: 'refused', problem: error.code };
    }
  }
}

const partOf = ({ key }: Once, i: number, report: NewReport): Once =>
  key === undefined
    ? {}
    : { key: `${key}#${i}`, requestHash: digestOf(JSON.parse(JSON.stringify(report)) as Record<string, unknown>) };
