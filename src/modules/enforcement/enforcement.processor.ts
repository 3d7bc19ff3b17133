import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { CarryOutBulkService } from './bulk/carry-out-bulk.service.js';
import { ApproveDecisionService } from './decisions/approve-decision.service.js';
import { TellDelayedService } from './decisions/tell-delayed.service.js';
import { FollowUpReferralService } from './referrals/follow-up-referral.service.js';
import { ExpireSanctionsService } from './sanctions/expire-sanctions.service.js';
import { OrdersService } from './sanctions/orders.service.js';
import { ReviewSanctionService } from './sanctions/review-sanction.service.js';
import { RectifyService } from './sanctions/rectify.service.js';

/** What time brings. Rights follow the times themselves; these write down and tell. */
@Injectable()
export class EnforcementProcessor {
  constructor(
    private readonly expiring: ExpireSanctionsService,
    private readonly approving: ApproveDecisionService,
    private readonly referrals: FollowUpReferralService,
    private readonly telling: TellDelayedService,
    private readonly reviewing: ReviewSanctionService,
    private readonly orders: OrdersService,
    private readonly rectifying: RectifyService,
    private readonly bulk: CarryOutBulkService,
    private readonly transactor: Transactor,
  ) {}

  @Sweep({ name: 'sanctions.expire', every: 'PT1S' })
  expire(): Promise<number> {
    return this.expiring.runBatch();
  }

  @Sweep({ name: 'decisions.lapse', every: 'PT1M' })
  lapse(): Promise<number> {
    return this.approving.lapseUnapproved(50);
  }

  @Sweep({ name: 'sanctions.review', every: 'PT1M' })
  askForReviews(): Promise<number> {
    return this.reviewing.askForDue(50);
  }

  @Sweep({ name: 'referrals.lapse', every: 'PT1M' })
  lapseReferrals(): Promise<number> {
    return this.referrals.lapseUnapproved(50);
  }

  @Sweep({ name: 'decisions.tell', every: 'PT1M' })
  tell(): Promise<number> {
    return this.telling.runBatch(100);
  }

  @Sweep({ name: 'bulk_decisions.run', every: 'PT1S' })
  runBulk(): Promise<number> {
    return this.bulk.runBatch(100);
  }

  @Sweep({ name: 'rectifications.advance', every: 'PT10S' })
  advance(): Promise<number> {
    return this.rectifying.runBatch(100);
  }

  @Sweep({ name: 'content_removals.ask_again', every: 'PT1M' })
  askAgain(): Promise<number> {
    return this.transactor.run((tx) => this.orders.askAgain(tx, 100));
  }
}
