import { Button } from 'antd';
import { useMemo, useRef, type ReactNode } from 'react';
import { clockOf } from '../../../i18n/times.ts';
import { useLease } from '../../../ui/lease.ts';
import { alarm, announce } from '../../../ui/live-region.tsx';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { Key } from '../../parts/key.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { isMine, type Task, useTaskCommand } from './use-task.ts';

/** Whether the task is mine, for how long, and the one key that makes it longer (C2). Losing it loses no words (C3). */
export function LeasePanel({ task }: { readonly task: Task }): ReactNode {
  const { say } = useSay();
  const me = useSession().id;
  const mine = isMine(task, me);
  const held = useRef<string | null>(null);
  if (mine) held.current = task.leaseUntil;
  // The claim that ended stays in view: the service already calls the task open, or somebody else's.
  const until = mine ? task.leaseUntil : held.current;
  const command = useTaskCommand(task);
  const words = useMemo(
    () => ({
      left: (minutes: number) => say('lease.minutes', { minutes }),
      ending: (seconds: number) => say('lease.ending', { seconds }),
      over: say('lease.over'),
    }),
    [say],
  );
  const extend = (): void => {
    if (mine) command.mutate({ action: 'heartbeat' }, { onSuccess: () => announce(say('lease.extended')) });
  };
  const lease = useLease(until, { polite: announce, loud: alarm, words }, () => {
    if (mine) command.mutate({ action: 'heartbeat' });
  });
  const claim = (): void => {
    command.mutate({ action: 'claim' }, { onSuccess: () => announce(say('queue.claimed')) });
  };
  const mayClaim = task.actions.some((a) => a.action === 'claim' && a.allowed);
  const running = mine && !lease.over;
  useShortcuts([
    ...(running ? [{ keys: 'e', label: say('lease.extend'), run: extend }] : []),
    ...(mayClaim ? [{ keys: 'c', label: say('action.claim'), run: claim }] : []),
  ]);
  if (running)
    return (
      <div className={`lease ${lease.ending ? 'ending' : ''}`} data-testid="lease">
        <span>
          {say('lease.yours')} <strong className="mono">{clockOf(lease.left)}</strong>
        </span>
        <Button onClick={extend} loading={command.isPending}>
          {say('lease.extend')} <Key of="e" />
        </Button>
        <ProblemNote error={command.error} />
      </div>
    );
  const lost = held.current !== null && task.state !== 'done' && task.changedBy !== undefined && task.endedAt === null;
  if (!lost && !mayClaim) return null;
  return (
    <div className={`lease ${lost ? 'over' : ''}`} data-testid="lease">
      <span>{lost ? say('lease.lost') : say('lease.unclaimed')}</span>
      {(mayClaim || lost) && (
        <Button type="primary" onClick={claim} loading={command.isPending} disabled={!mayClaim && !lost}>
          {say(lost ? 'lease.claimAgain' : 'action.claim')} <Key of="c" />
        </Button>
      )}
      <ProblemNote error={command.error} />
    </div>
  );
}
