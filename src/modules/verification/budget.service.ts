import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Alarm, BudgetStore } from './budget.store.js';
import type { Purpose } from './domain/code.js';
import {
  type AddressFloors,
  type AddressOverBudget,
  addressOverBudget,
  ON_A_STRANGERS_WORD,
  type OverBudget,
  overBudget,
} from './domain/sms-budget.js';
import { CodesConfig } from './verification.config.js';
import { VERIFICATION_ERRORS } from './verification.errors.js';

const LOOK_AGAIN_MS = 15_000;

/**
 * The budget against SMS pumping, by country and by the address that asks. It watches from the start and refuses only where the operator has switched
 * that on; codes that go to a known holder (signing in, stepping up, leaving) are outside of it, so that nobody's flood
 * keeps an owner out.
 */
@Injectable()
export class BudgetService {
  private readonly log = new Logger('SmsBudget');
  private over: ReadonlyMap<string, OverBudget> = new Map();
  private lookedAt = -Infinity;

  constructor(
    private readonly store: BudgetStore,
    private readonly transactor: Transactor,
    private readonly config: CodesConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError code_limit_reached when country or address is over its budget and the budget is enforced */
  async refuseOver(
    tx: Tx,
    purpose: Purpose,
    { country, address }: { readonly country: string; readonly address: string | null },
  ): Promise<void> {
    if (this.config.smsBudget !== 'enforce' || !(ON_A_STRANGERS_WORD as readonly string[]).includes(purpose)) return;
    await this.look(tx);
    if (this.over.has(country) || (address !== null && (await this.isOver(tx, address))))
      throw new DomainError(VERIFICATION_ERRORS.code_limit_reached, { retryAfterSeconds: 3600 });
  }

  private async isOver(tx: Tx, address: string): Promise<boolean> {
    const history = await this.store.addressHistory(tx, address, this.clock.now());
    return addressOverBudget(history, this.addressFloors).length > 0;
  }

  private get addressFloors(): AddressFloors {
    const {
      smsBudgetAddressDayFloor: day,
      smsBudgetAddressHourFloor: hour,
      smsBudgetAddressCountries: countries,
    } = this.config;
    return { day, hour, countries };
  }

  /** Counts anew and puts on record who is over. */
  async recount(): Promise<void> {
    const now = this.clock.now();
    await this.transactor.run(async (tx) => {
      await this.store.recount(tx, now);
      await this.store.forget(tx, now);
      const over = [...(await this.overNow(tx, now)), ...(await this.addressesOver(tx, now))];
      const fresh = over.length === 0 ? [] : await this.store.alarm(tx, over, this.config.smsBudget, now);
      if (fresh.length > 0)
        this.log.warn(`codes that nobody enters, over budget: ${fresh.join(', ')} (${this.config.smsBudget})`);
    });
  }

  private async look(tx: Tx): Promise<void> {
    const now = this.clock.now();
    if (Math.abs(now.getTime() - this.lookedAt) < LOOK_AGAIN_MS) return;
    this.lookedAt = now.getTime();
    this.over = new Map((await this.overNow(tx, now)).map((o) => [o.country, o]));
  }

  /** The worst address of each kind: who it is, the record does not say. */
  private async addressesOver(tx: Tx, now: Date): Promise<Alarm[]> {
    const floors = this.addressFloors;
    const over = (await this.store.addressHistories(tx, now, floors)).flatMap((h) => addressOverBudget(h, floors));
    const worst = new Map<string, AddressOverBudget>();
    for (const one of over) if (one.observed > (worst.get(one.span)?.observed ?? 0)) worst.set(one.span, one);
    return [...worst.values()].map((one) => ({ ...one, country: '*' }));
  }

  private async overNow(tx: Tx, now: Date): Promise<OverBudget[]> {
    const floors = { day: this.config.smsBudgetDayFloor, hour: this.config.smsBudgetHourFloor };
    return (await this.store.histories(tx, now)).flatMap((history) => overBudget(history, floors));
  }
}
