import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../../api/client.ts';
import { alarm, announce } from '../../../ui/live-region.tsx';
import { heardTime } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { useSay } from '../../use-say.ts';

const SKIPPED = 'skipped-tasks';

/** What this tab skipped is not dealt to it again; a new tab may see it again. */
const skipped = (): string[] => JSON.parse(sessionStorage.getItem(SKIPPED) ?? '[]') as string[];
export function rememberSkipped(id: string): void {
  sessionStorage.setItem(SKIPPED, JSON.stringify([id, ...skipped()].slice(0, 50)));
}

interface ClaimNext {
  readonly take: (kinds: readonly string[], then: (id: string) => void) => Promise<void>;
  readonly busy: boolean;
  readonly nothing: boolean;
  readonly error: unknown;
}

/** The server chooses (deadline, priority, age) and nobody else gets the same one; an empty queue says so (C1). */
export function useClaimNext(): ClaimNext {
  const { say } = useSay();
  const client = useQueryClient();
  const [state, setState] = useState<{ busy: boolean; nothing: boolean; error: unknown }>({
    busy: false,
    nothing: false,
    error: null,
  });
  const take = async (kinds: readonly string[], then: (id: string) => void): Promise<void> => {
    if (state.busy) return;
    setState({ busy: true, nothing: false, error: null });
    try {
      const { task } = await ask(
        api.POST('/v1/review-tasks/claim-next', { body: { kinds: [...kinds], except: skipped() } }),
      );
      setState({ busy: false, nothing: task === null, error: null });
      if (!task) return announce(say('queue.nothing'));
      heardTime(task.updatedAt);
      client.setQueryData(['task', task.id], task);
      announce(say('queue.claimed'));
      then(task.id);
    } catch (error) {
      setState({ busy: false, nothing: false, error });
      alarm(say('queue.claimFailed'));
    }
  };
  return { ...state, take };
}
