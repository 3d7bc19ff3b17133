import { Injectable } from '@nestjs/common';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { MarksKeeper } from './marks-keeper.js';
import { RegistrationService } from './registration.service.js';

/** What time does to registrations: told and tidied here, true before (architecture.md, rule 5). */
@Injectable()
export class RegistrationProcessor {
  constructor(
    private readonly registrations: RegistrationService,
    private readonly marks: MarksKeeper,
  ) {}

  @Sweep({ name: 'registrations.expire', every: 'PT30S' })
  expire(): Promise<number> {
    return this.registrations.expireDue();
  }

  @Sweep({ name: 'registrations.forget', every: 'PT10M' })
  forget(): Promise<number> {
    return this.registrations.forgetDue();
  }

  @Sweep({ name: 'registrations.forget_marks', every: 'PT1M' })
  forgetMarks(): Promise<number> {
    return this.marks.forgetDue();
  }

  @Sweep({ name: 'registrations.keep_months', every: 'PT6H' })
  async keepMonths(): Promise<number> {
    await this.marks.keepMonths();
    return 0;
  }
}
