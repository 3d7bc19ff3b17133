import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { ask, type Schemas } from '../../api/client.ts';
import { announce } from '../../ui/live-region.tsx';
import { heardTime } from '../../ui/server-clock.ts';
import { api } from '../api.ts';
import { hasRole, type Session, useSession } from '../session.tsx';
import { useSay } from '../use-say.ts';

export type HeldDecision = Schemas['HeldDecisionDto'];

/** A decision as the service keeps it while it can be taken back: the command of its route, with the body of its route. */
export interface Hold {
  readonly command: string;
  readonly version?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const KEY = ['held-decisions'] as const;
export const isWorker = (session: Session): boolean =>
  hasRole(session, 'moderator', 'senior_moderator', 'legal', 'admin');

/** One command, kept by the service; pressed twice under one key it is given once (C6, C11). */
export const giveDecision = (taskId: string, { command, version, body }: Hold, key: string): Promise<HeldDecision> =>
  ask(
    api.POST('/v1/review-tasks/{id}/held-decisions', {
      params: { path: { id: taskId }, header: { 'Idempotency-Key': key } },
      body: { command, body: { ...body }, ...(version === undefined ? {} : { version }) },
    }),
  );

/** My decisions of the last hour; asked for every second while one of them can be taken back. */
export const useHeldDecisions = () =>
  useQuery({
    queryKey: KEY,
    enabled: isWorker(useSession()),
    queryFn: async () => {
      const { asOf, items } = await ask(api.GET('/v1/held-decisions'));
      heardTime(asOf);
      return items;
    },
    refetchInterval: (q) => (q.state.data?.some((held) => held.state === 'held') ? 1_000 : 60_000),
  });

/** Takes it back and goes to its task, where the words are as they were. */
export function useUndo() {
  const { say } = useSay();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (held: HeldDecision) =>
      ask(api.POST('/v1/held-decisions/{id}/undo', { params: { path: { id: held.id } } })),
    onSuccess: async (undone) => {
      announce(say('hold.undone'));
      await navigate(`/tasks/${undone.taskId}`);
    },
    onSettled: (_, __, held) => {
      void client.invalidateQueries({ queryKey: KEY });
      void client.invalidateQueries({ queryKey: ['task', held.taskId] });
    },
  });
}

export const heldQueryKey = KEY;
