import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';

/** How a ward's deregistration stands, as far as their guardian needs it. */
export interface LeavingOfWard {
  readonly id: string;
  readonly state: string;
  readonly coolingOffEndsAt: Date;
  /** Last day of the legal limit, `YYYY-MM-DD`. */
  readonly dueDay: string;
  /** The holidays on the way to it are not published yet. */
  readonly dueProvisional: boolean;
  /** A guardian asked for it, and nothing of it cannot be undone yet. */
  readonly mayWithdraw: boolean;
}

/** Something stands in the way, and says how it is cleared (DER-1). */
export interface WardObstacle {
  readonly kind: string;
  readonly howToClear: { readonly zh: string; readonly en: string };
}

export type WardApplication =
  | { readonly applied: LeavingOfWard & { readonly accessToken: string } }
  | { readonly refused: 'open' }
  | { readonly refused: 'obstructed'; readonly obstacles: readonly WardObstacle[] };

/** What deregistration, a floor above, does for guardians. */
export interface WardLeavingDoor {
  /** In the transaction in which the guardian proved who they are (MIN-4). */
  apply(tx: Tx, accountId: string, guardian: Actor): Promise<WardApplication>;
  /** The newest application of the account, if it is still on its way. */
  current(tx: Tx, accountId: string): Promise<LeavingOfWard | undefined>;
  /** Takes back what a guardian applied for. @returns false when there is nothing that can be taken back */
  withdraw(tx: Tx, accountId: string, guardian: Actor): Promise<boolean>;
}

/** The floor above hands its door in at the start: calls go down only. */
@Injectable()
export class WardLeaving {
  private door: WardLeavingDoor | undefined;

  use(door: WardLeavingDoor): void {
    this.door = door;
  }

  apply(tx: Tx, accountId: string, guardian: Actor): Promise<WardApplication> {
    if (this.door === undefined) throw new Error('nobody deregisters wards: no door was handed in');
    return this.door.apply(tx, accountId, guardian);
  }

  async current(tx: Tx, accountId: string): Promise<LeavingOfWard | undefined> {
    return this.door?.current(tx, accountId);
  }

  async withdraw(tx: Tx, accountId: string, guardian: Actor): Promise<boolean> {
    return (await this.door?.withdraw(tx, accountId, guardian)) ?? false;
  }
}
