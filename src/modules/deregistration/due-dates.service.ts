import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { endOfLegalDay } from '../../kernel/period.js';
import { WorkingDayCalendar, workingDaysAfter } from '../../platform/calendar/domain/working-days.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { Deregistration } from './deregistration.record.js';
import { DeregistrationStore } from './deregistration.store.js';
import { DueDeregistrationsStore } from './due-deregistrations.store.js';
import { reviewDueAt } from './domain/timeline.js';
import { ReviewGate } from './ports.js';

/** Columns of `deregistrations`. */
export interface DueDate {
  readonly due_day: string;
  readonly due_at: Date;
  /** The holidays on the way to it are not published yet. */
  readonly due_provisional: boolean;
  readonly calendar_edition: string;
}

/** The legal limit in working days of the PRC, and what becomes of a date when the calendar grows (R39). */
@Injectable()
export class DueDates {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly due: DueDeregistrationsStore,
    private readonly changes: ChangeDeregistrationService,
    private readonly reviews: ReviewGate,
    private readonly calendar: WorkingDayCalendar,
    private readonly config: DeregistrationConfig,
  ) {}

  of(requestedAt: Date): DueDate {
    const { day, provisional } = workingDaysAfter(this.calendar, requestedAt, this.config.legalLimitWorkingDays);
    return {
      due_day: day,
      due_at: endOfLegalDay(day),
      due_provisional: provisional,
      calendar_edition: this.calendar.edition,
    };
  }

  /** Recomputes dates that left the published calendar, once newer data is installed. @returns how many were looked at */
  async recomputeProvisional(limit: number): Promise<number> {
    return this.transactor.run(async (tx) => {
      const found = await this.due.provisional(tx, this.calendar.edition, limit);
      for (const d of found) await this.recompute(tx, d);
      return found.length;
    });
  }

  /** The task of the reviewer moves with it: one that went on calling its day provisional would be believed by nobody. */
  private async recompute(tx: Tx, d: Deregistration): Promise<void> {
    const due = this.of(d.requestedAt);
    await this.store.change(tx, d, due);
    if (d.state === 'in_review') {
      const at = reviewDueAt(d.coolingOffEndsAt, due.due_at, this.config.reviewLimit);
      await this.reviews.moveDue(tx, { deregistrationId: d.id, accountId: d.accountId }, at, due.due_provisional);
    }
    const data = { dueAt: due.due_at.toISOString(), dueProvisional: due.due_provisional };
    await this.changes.tell(tx, d, 'dueDateMoved', SYSTEM, data);
  }
}
