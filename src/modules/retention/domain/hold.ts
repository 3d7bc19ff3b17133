/** An order that what it names is not erased (2.5(1), 7.1). All parts that are present must match; none present is refused. */
export interface HoldScope {
  readonly accountId?: string | undefined;
  readonly caseId?: string | undefined;
  /** Absent: every class. */
  readonly recordClasses?: readonly string[] | undefined;
}

/** What somebody wants to erase. */
export interface HeldUnit {
  readonly accountId: string;
  readonly recordClass: string;
  /** Cases to which rows of the unit belong. */
  readonly caseIds: readonly string[];
}

export type ScopeKind = 'subject' | 'case' | 'record_class';

export const scopeKindOf = (scope: HoldScope): ScopeKind =>
  scope.caseId !== undefined ? 'case' : scope.accountId !== undefined ? 'subject' : 'record_class';

/** True when the hold stops the erasure of exactly this unit. */
export function covers(scope: HoldScope, unit: HeldUnit): boolean {
  if (scope.accountId === undefined && scope.caseId === undefined && scope.recordClasses === undefined) return false;
  return (
    (scope.accountId === undefined || scope.accountId === unit.accountId) &&
    (scope.caseId === undefined || unit.caseIds.includes(scope.caseId)) &&
    (scope.recordClasses === undefined || scope.recordClasses.includes(unit.recordClass))
  );
}
