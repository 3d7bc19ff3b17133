import { ask, type Schemas } from '../../../api/client.ts';
import { serverNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import type { Filter } from './address.ts';
import type { Task } from './settle.ts';

/** Housekeeping only: what judges a person is never done in bulk from a list (C17). */
export const ACTIONS = ['release', 'escalate', 'snooze', 'assign'] as const;
export type BulkAction = (typeof ACTIONS)[number];
export type BulkResult = Schemas['BulkResultDto'];
export type Outcome = BulkResult['outcomes'][number];

/** These rows as they were seen, or everything that the filter means. */
export type Scope =
  | { readonly kind: 'rows'; readonly tasks: readonly Pick<Task, 'id' | 'version'>[] }
  | { readonly kind: 'filter'; readonly filter: Filter };

const DAY_MS = 86_400_000;

const selectionOf = (scope: Scope): Partial<Schemas['BulkTasksDto']> =>
  scope.kind === 'rows'
    ? { tasks: scope.tasks.map(({ id, version }) => ({ id, version })) }
    : { filter: { ...scope.filter } };

/** What would happen, counted by the service before anybody presses. */
export const rehearse = (action: BulkAction, scope: Scope): Promise<BulkResult> =>
  ask(api.POST('/v1/review-tasks/bulk-actions', { body: { action, dryRun: true, ...selectionOf(scope) } }));

/** One request; the service changes each task in a transaction of its own and answers for each. */
export const carryOut = (action: BulkAction, scope: Scope, text: string, asOf: string): Promise<BulkResult> =>
  ask(
    api.POST('/v1/review-tasks/bulk-actions', {
      body: {
        action,
        dryRun: false,
        ...selectionOf(scope),
        ...(scope.kind === 'filter' ? { asOf } : {}),
        ...(action === 'escalate' ? { reason: text } : {}),
        ...(action === 'assign' ? { assignee: text } : {}),
        ...(action === 'snooze' ? { until: new Date(serverNow() + DAY_MS).toISOString() } : {}),
      },
    }),
  );

/** A failure is tried again on what the task is now. */
export const refreshed = (id: string): Promise<Task | undefined> =>
  ask(api.GET('/v1/review-tasks/{id}', { params: { path: { id } } })).catch(() => undefined);
