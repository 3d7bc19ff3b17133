import { SetMetadata } from '@nestjs/common';
import type { Period } from '../../kernel/period.js';
import type { Tx } from '../database/transactor.js';

export const SWEEP_KEY = 'account-lifecycle:sweep';

export interface SweepSpec {
  /** `standing.expire`: what it does; kept in rows, so it outlives a rename of the method. */
  readonly name: string;
  /** How often it looks, at least. */
  readonly every: Period;
}

/** What a sweep knows about its run. */
export interface SweepRun {
  readonly name: string;
  /** Grows with every run; a runner with an older number has been replaced. */
  readonly fence: string;
  /** @throws Error when another runner has taken over: then nothing of `tx` commits */
  confirm(tx: Tx): Promise<void>;
}

/** Does one bounded batch in a transaction of its own; the number of rows it did, called again until that is 0. */
export type SweepWork = (run: SweepRun) => Promise<number>;

/**
 * Runs a method over what is due, on one worker at a time. The method claims rows by a due column compared with the
 * Clock, `FOR UPDATE SKIP LOCKED`, at most some hundred a batch, and answers how many it did.
 */
export const Sweep =
  (spec: SweepSpec) =>
  <T extends SweepWork>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void => {
    if (descriptor.value) SetMetadata(SWEEP_KEY, spec)(descriptor.value);
  };
