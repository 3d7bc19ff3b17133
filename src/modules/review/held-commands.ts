import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import type { StaffCaller } from '../../platform/callers/caller.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, HOLDABLE_KEY, type HoldableSpec } from '../../platform/holding/holdable.js';
import { MarkedMethods } from '../../platform/queues/marked-methods.js';
import { REVIEW_ERRORS } from './review.errors.js';

export interface HeldCommand extends HoldableSpec {
  readonly run: (tx: Tx, given: Given<object>) => Promise<unknown>;
}

/** Every decision of every module that may be given with an undo window, by its name. */
@Injectable()
export class HeldCommands implements OnApplicationBootstrap {
  private readonly byName = new Map<string, HeldCommand>();

  constructor(private readonly methods: MarkedMethods) {}

  /** @throws Error when two methods have one name: a held decision would not know which it is */
  onApplicationBootstrap(): void {
    for (const { mark, call, where } of this.methods.find<HoldableSpec>(HOLDABLE_KEY)) {
      if (this.byName.has(mark.command)) throw new Error(`${where}: two decisions are named ${mark.command}`);
      this.byName.set(mark.command, { ...mark, run: async (tx, given) => call(tx, given) });
    }
  }

  get names(): string[] {
    return [...this.byName.keys()].sort();
  }

  /** The command, for a task of its kind and somebody who may call its route. @throws DomainError */
  for(name: string, kind: string, caller: StaffCaller): HeldCommand {
    const command = this.mustFind(name);
    if (!command.kinds.includes(kind)) throw new DomainError(REVIEW_ERRORS.decision_of_other_kind);
    if (!command.callers.some((spec) => caller.roles.some((role) => spec === `staff:${role}`)))
      throw new DomainError(REVIEW_ERRORS.review_role_needed);
    return command;
  }

  mustFind(name: string): HeldCommand {
    const command = this.byName.get(name);
    if (command === undefined) throw new DomainError(REVIEW_ERRORS.decision_of_other_kind);
    return command;
  }
}
