import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { shortId } from '../../parts/short-id.ts';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import type { Task } from './use-task.ts';

type Reason = NonNullable<Schemas['SkipTaskDto']['reason']>;
const REASONS: readonly Reason[] = ['other_expertise', 'language', 'distressing', 'knows_them', 'unclear'];

/** One that was just skipped, as the page of the next one remembers it. */
export interface Skipped {
  readonly id: string;
  readonly kind: string;
}

/** What the entry of the history carries, if this page was come to by skipping another one. */
export function skippedBefore(state: unknown): Skipped | undefined {
  const { skipped } = (state ?? {}) as { skipped?: Partial<Skipped> };
  return typeof skipped?.id === 'string' && typeof skipped.kind === 'string'
    ? { id: skipped.id, kind: skipped.kind }
    : undefined;
}

/** One key skips; why is said afterwards, by whoever wants to, without leaving the task that came instead. */
export function SkippedNote({ task, here = false }: { readonly task: Skipped; readonly here?: boolean }): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const [reason, setReason] = useState<Reason | ''>('');
  const tell = useMutation({
    mutationFn: (why: Reason) =>
      ask(api.POST('/v1/review-tasks/{id}/skip', { params: { path: { id: task.id } }, body: { reason: why } })),
    onSuccess: (now) => {
      client.setQueryData(['task', task.id], now);
      announce(say('skip.told'));
    },
  });
  return (
    <div className="note inline row" role="note" data-testid="skipped">
      {here ? (
        <span>{say('skip.thisOne')}</span>
      ) : (
        <>
          <span>{say('skip.skipped')}</span>
          <Link to={`/tasks/${task.id}`}>
            {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
          </Link>
        </>
      )}
      <label className="row">
        {say('skip.why')}
        <select
          value={reason}
          onChange={(event) => {
            const why = REASONS.find((each) => each === event.target.value);
            setReason(why ?? '');
            if (why) tell.mutate(why);
          }}
        >
          <option value="">{say('skip.noReason')}</option>
          {REASONS.map((each) => (
            <option key={each} value={each}>
              {wordOf(say, 'skipReason', each)}
            </option>
          ))}
        </select>
      </label>
      {tell.isSuccess && <span className="muted">{say('skip.told')}</span>}
      <ProblemNote error={tell.error} />
    </div>
  );
}

/** For a lead: how many passed it by, and why. */
export function SkipsNote({ task: { skips, skippedByYou } }: { readonly task: Task }): ReactNode {
  const { say } = useSay();
  const people = skips.reduce((sum, each) => sum + each.people, 0);
  // That they did themselves they are told anyway.
  if (people === (skippedByYou ? 1 : 0)) return null;
  const why = skips.map((each) => `${wordOf(say, 'skipReason', each.reason ?? 'none')} ${each.people}`).join(comma());
  return <p className="note">{say('skip.byPeople', { n: people, why })}</p>;
}
