import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ask } from '../../../api/client.ts';
import { api } from '../../api.ts';

/** Often enough that a page that was closed without a word is gone within half a minute (C19). */
const SAY_MS = 8_000;

/** Says that this page is open, as long as somebody can see it; answers who else has it open. */
export function useViewers(taskId: string): readonly string[] {
  const params = { path: { id: taskId } };
  const query = useQuery({
    queryKey: ['viewers', taskId],
    queryFn: () => ask(api.POST('/v1/review-tasks/{id}/viewers', { params })),
    refetchInterval: SAY_MS,
    staleTime: 0,
  });
  useEffect(() => {
    // Outlives the page: closing the tab says so too.
    const leave = (): void =>
      void api.DELETE('/v1/review-tasks/{id}/viewers', { params, keepalive: true }).catch(() => 0);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
    // `taskId` stands for `params`.
  }, [taskId]);
  return query.data?.viewers ?? [];
}
