/** In what a task ended, in codes: whoever came second reads it beside their draft (console, C4). Nothing personal. */
export interface TaskOutcome {
  /** One of those that the module declared for the kind. */
  readonly code: string;
  readonly reasonCode?: string;
  readonly clauses?: readonly string[];
  readonly measures?: readonly OutcomeMeasure[];
  /** A new deadline, a new end, or when it is looked at again. */
  readonly until?: string;
  /** It is in effect only once a second person agrees. */
  readonly awaitsSecond?: boolean;
}

export interface OutcomeMeasure {
  readonly type: string;
  readonly endsAt: string | null;
}

const declared = new Map<string, readonly string[]>();

/** What a kind of task can end in, said by the module that opens it: a page of it has words for each. */
export function defineOutcomes(kind: string, codes: readonly string[]): void {
  declared.set(kind, codes);
}

export const declaredOutcomes = (): ReadonlyMap<string, readonly string[]> => declared;

/** @throws Error for an end that nobody would have words for: the kind was declared without it */
export function outcomeOf(kind: string, given: TaskOutcome | string | undefined): TaskOutcome | null {
  const outcome = typeof given === 'string' ? { code: given } : given;
  const known = declared.get(kind);
  if (known !== undefined && !known.includes(outcome?.code ?? ''))
    throw new Error(`a task ${kind} ends in one of ${known.join(', ')}, not in ${outcome?.code ?? 'nothing'}`);
  return outcome ?? null;
}
