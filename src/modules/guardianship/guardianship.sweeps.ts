import { Injectable } from '@nestjs/common';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { WaitingWards } from './waiting-wards.service.js';

/** Reminders and expiry are due columns; this only tells people and writes down what time has already decided. */
@Injectable()
export class GuardianshipSweeps {
  constructor(
    private readonly requests: GuardianRequestsService,
    private readonly waiting: WaitingWards,
  ) {}

  @Sweep({ name: 'guardianship.remind', every: 'PT1M' })
  remind(): Promise<number> {
    return this.requests.remindDue();
  }

  @Sweep({ name: 'guardianship.expire', every: 'PT1M' })
  expire(): Promise<number> {
    return this.requests.expireDue();
  }

  @Sweep({ name: 'guardianship.end-waiting', every: 'PT1M' })
  endWaiting(): Promise<number> {
    return this.waiting.endDue();
  }
}
