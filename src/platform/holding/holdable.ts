import { SetMetadata } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../database/transactor.js';
import type { CallerSpec } from '../http/operation.js';

export const HOLDABLE_KEY = 'account-lifecycle:holdable';

export interface HoldableSpec {
  /** `deregistration.decide`: kept in rows, so it outlives a rename of the method. */
  readonly command: string;
  /** Where the same is done at once, by POST: what it is refused for there, it is refused for when it is held. */
  readonly route: string;
  /** Kinds of review task that it decides. */
  readonly kinds: readonly string[];
  /** The callers of the route that does the same at once. */
  readonly callers: readonly CallerSpec[];
  /** The body of that route. */
  readonly body: new () => object;
  /** Whether that route wants `If-Match`. */
  readonly versioned: boolean;
}

/** A decision as it was given, again. */
export interface Given<B> {
  readonly subjectId: string;
  /** Present where the command is `versioned`. */
  readonly version: number;
  readonly body: B;
  readonly actor: Actor;
}

export type HoldableWork<B> = (tx: Tx, given: Given<B>) => Promise<unknown>;

/**
 * A decision that may be given with an undo window. The method does in the transaction what the route of the same
 * decision does, and nothing outside of it: it is rehearsed and rolled back when the decision is given, and run when
 * the window is over.
 */
export const Holdable =
  (spec: HoldableSpec) =>
  <T extends HoldableWork<never>>(
    _target: object,
    _key: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    if (descriptor.value) SetMetadata(HOLDABLE_KEY, spec)(descriptor.value);
  };
