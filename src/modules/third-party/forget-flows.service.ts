import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { FlowsStore } from './flows.store.js';

const BATCH = 500;

/** Empties flows whose time is over, and drops them once nobody asks about them any more. */
@Injectable()
export class ForgetFlowsService {
  constructor(
    private readonly store: FlowsStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  expireDue(): Promise<number> {
    return this.transactor.run((tx) => this.store.expire(tx, this.clock.now(), BATCH));
  }

  forgetDue(): Promise<number> {
    return this.transactor.run((tx) => this.store.forget(tx, this.clock.now(), BATCH));
  }
}
