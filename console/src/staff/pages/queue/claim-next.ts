import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../../api/client.ts';
import { alarm, announce } from '../../../ui/live-region.tsx';
import { heardTime } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { useSay } from '../../use-say.ts';

/** Where nothing was dealt: how many wait that whoever asked has skipped, and in which queue. */
export interface Nothing {
  readonly skipped: number;
  readonly kind: string | undefined;
}

interface State {
  readonly busy: boolean;
  readonly nothing: Nothing | null;
  readonly error: unknown;
}

interface ClaimNext extends State {
  readonly take: (kinds: readonly string[], then: (id: string) => void) => Promise<void>;
}

/**
 * The server chooses (deadline, priority, age), nobody else gets the same one, and nobody what they skipped, whichever
 * window they skipped it in (C20); an empty queue says so (C1).
 */
export function useClaimNext(): ClaimNext {
  const { say } = useSay();
  const client = useQueryClient();
  const [state, setState] = useState<State>({ busy: false, nothing: null, error: null });
  const take = async (kinds: readonly string[], then: (id: string) => void): Promise<void> => {
    if (state.busy) return;
    setState({ busy: true, nothing: null, error: null });
    try {
      const { task, skipped } = await ask(api.POST('/v1/review-tasks/claim-next', { body: { kinds: [...kinds] } }));
      setState({ busy: false, nothing: task === null ? { skipped, kind: kinds[0] } : null, error: null });
      if (!task) return announce(skipped > 0 ? say('queue.onlySkipped', { n: skipped }) : say('queue.nothing'));
      heardTime(task.updatedAt);
      client.setQueryData(['task', task.id], task);
      announce(say('queue.claimed'));
      then(task.id);
    } catch (error) {
      setState({ busy: false, nothing: null, error });
      alarm(say('queue.claimFailed'));
    }
  };
  return { ...state, take };
}
