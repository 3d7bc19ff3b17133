import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, type Schemas } from '../../../api/client.ts';
import { heardTime } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';

export type Task = Schemas['ReviewTaskDto'];
export type SimpleAction = 'claim' | 'heartbeat' | 'release';
export type TaskCommand =
  | { readonly action: SimpleAction }
  | { readonly action: 'skip' }
  | { readonly action: 'escalate'; readonly reason: string }
  | { readonly action: 'assign'; readonly assignee: string; readonly reason: string }
  | { readonly action: 'snooze'; readonly until: string };

/** The task as the service sees it, asked again often enough that a colleague's step shows beside one's draft. */
export const useTask = (id: string) =>
  useQuery({
    queryKey: ['task', id],
    queryFn: () => ask(api.GET('/v1/review-tasks/{id}', { params: { path: { id } } })),
    refetchInterval: 8_000,
  });

function send(task: Task, command: TaskCommand): Promise<Task> {
  const path = { id: task.id };
  const header = { 'If-Match': String(task.version) };
  switch (command.action) {
    case 'claim':
      return ask(api.POST('/v1/review-tasks/{id}/claim', { params: { path } }));
    case 'heartbeat':
      return ask(api.POST('/v1/review-tasks/{id}/heartbeat', { params: { path } }));
    case 'release':
      return ask(api.POST('/v1/review-tasks/{id}/release', { params: { path, header } }));
    case 'skip':
      return ask(api.POST('/v1/review-tasks/{id}/skip', { params: { path }, body: {} }));
    case 'escalate':
      return ask(
        api.POST('/v1/review-tasks/{id}/escalate', { params: { path, header }, body: { reason: command.reason } }),
      );
    case 'assign':
      return ask(
        api.POST('/v1/review-tasks/{id}/assign', {
          params: { path, header },
          body: { assignee: command.assignee, reason: command.reason },
        }),
      );
    case 'snooze':
      return ask(
        api.POST('/v1/review-tasks/{id}/snooze', { params: { path, header }, body: { until: command.until } }),
      );
  }
}

/** Everything that can be done with a task but deciding it; a refusal leaves the claim as it was. */
export function useTaskCommand(task: Task) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (command: TaskCommand) => send(task, command),
    onSuccess: (next, { action }) => {
      if (action === 'claim') heardTime(next.updatedAt);
      client.setQueryData(['task', task.id], next);
    },
    onError: () => void client.invalidateQueries({ queryKey: ['task', task.id] }),
  });
}

export const isMine = (task: Task, me: string): boolean => task.state === 'claimed' && task.assignee === me;
