import { type CaseState, caseLifecycle } from './case-lifecycle.js';

export const CASE_ACTIONS = ['add_note', 'add_file', 'split', 'merge', 'reopen'] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** Why something cannot be done with a case now, by this person. A client shows it beside the disabled button. */
export type CaseRefusal =
  'role_needed' | 'conflict_of_interest' | 'case_decided' | 'case_undecided' | 'case_merged' | 'decision_pending';

export interface AllowedCaseAction {
  readonly action: CaseAction;
  readonly allowed: boolean;
  readonly reason: CaseRefusal | null;
}

export interface CaseFacts {
  readonly state: CaseState;
  readonly conflictIds: readonly string[];
  /** A decision of it waits for a second person. */
  readonly awaitsApproval: boolean;
}

interface Reader {
  readonly id: string;
  readonly roles: readonly string[];
}

const MODERATORS = ['moderator', 'senior_moderator'];
const EVIDENCE = [...MODERATORS, 'legal'];

/** What can be done with a case besides deciding it, each with whether and else why not. The services refuse the same. */
export const caseActions = (found: CaseFacts, reader: Reader): AllowedCaseAction[] =>
  CASE_ACTIONS.map((action) => {
    const reason = whyNot(action, found, reader);
    return { action, allowed: reason === null, reason };
  });

function whyNot(action: CaseAction, found: CaseFacts, { id, roles }: Reader): CaseRefusal | null {
  const { state, conflictIds, awaitsApproval } = found;
  const adding = action === 'add_note' || action === 'add_file';
  if (!roles.some((role) => (adding ? EVIDENCE : MODERATORS).includes(role))) return 'role_needed';
  if (action === 'add_note') return null;
  // Whoever reported it, or is its subject, says what they know in a note and has no hand in the rest (R44).
  if (action !== 'reopen' && conflictIds.includes(id)) return 'conflict_of_interest';
  if (action === 'add_file') return null;
  if (caseLifecycle.isTerminal(state)) return 'case_merged';
  const possible = caseLifecycle.possible(state);
  if (action === 'reopen')
    return awaitsApproval ? 'decision_pending' : possible.includes('reopen') ? null : 'case_undecided';
  return possible.includes('merge') ? null : 'case_decided';
}
