import { Injectable } from '@nestjs/common';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { ForgetFlowsService } from './forget-flows.service.js';

/** What time does to flows: they were over before this ran. */
@Injectable()
export class ThirdPartyProcessor {
  constructor(private readonly flows: ForgetFlowsService) {}

  @Sweep({ name: 'third_party_flows.expire', every: 'PT1M' })
  expire(): Promise<number> {
    return this.flows.expireDue();
  }

  @Sweep({ name: 'third_party_flows.forget', every: 'PT10M' })
  forget(): Promise<number> {
    return this.flows.forgetDue();
  }
}
