export interface Counted {
  readonly recordClass: string;
  readonly due: number;
  readonly held: number;
}

export interface RunChange {
  readonly recordClass: string;
  readonly then: { readonly due: number; readonly held: number };
  readonly now: { readonly due: number; readonly held: number };
}

const NOTHING = { due: 0, held: 0 };

/** The record classes whose counts differ from those of the dry run. */
export function changedClasses(then: readonly Counted[], now: readonly Counted[]): RunChange[] {
  const by = new Map(now.map((c) => [c.recordClass, c]));
  return then.flatMap(({ recordClass, due, held }) => {
    const { due: dueNow, held: heldNow } = by.get(recordClass) ?? NOTHING;
    if (dueNow === due && heldNow === held) return [];
    return [{ recordClass, then: { due, held }, now: { due: dueNow, held: heldNow } }];
  });
}
