import type { ReviewTaskState } from './domain/review-task-lifecycle.js';

export interface TaskFilter {
  readonly kind?: string | undefined;
  readonly status?: ReviewTaskState | undefined;
  readonly assignee?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly accountId?: string | undefined;
  readonly subjectId?: string | undefined;
  /** The last eight letters of a task's id, or of its account's, as pages show them. */
  readonly shortId?: string | undefined;
  /** Passed by: by this person, who is not dealt it, or by anybody. */
  readonly skippedBy?: string | typeof ANYBODY | undefined;
  /** Opened by then: what came later is not meant. */
  readonly createdBy?: Date | undefined;
  /** Work about a matter that this person is part of is not among what waits for them. */
  readonly notPartOf?: string | undefined;
}

/** No name of a person: those are words. */
export const ANYBODY = '*';

interface AskedFilter extends Omit<TaskFilter, 'skippedBy' | 'createdBy' | 'notPartOf'> {
  readonly skipped?: 'me' | 'anybody' | undefined;
}

/** A filter as somebody asks for it, who may say `me`. */
export const filterOf = ({ skipped, ...filter }: AskedFilter, { id }: { readonly id: string }): TaskFilter => ({
  ...filter,
  assignee: filter.assignee === 'me' ? id : filter.assignee,
  skippedBy: skipped === 'me' ? id : skipped === 'anybody' ? ANYBODY : undefined,
});

/** What somebody's queue means by a filter: of one account or matter it shows all, and says of each why not. */
export const queueOf = (reader: { readonly id: string }, filter: TaskFilter): TaskFilter =>
  filter.subjectId === undefined && filter.accountId === undefined && filter.shortId === undefined
    ? { ...filter, notPartOf: reader.id }
    : filter;
