import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { dropDraft } from '../../ui/drafts.ts';
import { alarm, announce } from '../../ui/live-region.tsx';
import { useNow } from '../../ui/server-clock.ts';
import { useShortcuts } from '../../ui/shortcuts.tsx';
import { shortId } from '../parts/short-id.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { wordOf } from '../parts/word.ts';
import { useSession } from '../session.tsx';
import { useSay } from '../use-say.ts';
import { type HeldDecision, useHeldDecisions, useUndo } from './held.ts';

const SECOND = 1_000;

/** What I decided and can still take back, wherever I am by now; and what came to nothing, until I have seen it (C11). */
export function HeldBar(): ReactNode {
  const { say, language } = useSay();
  const now = useNow(500);
  const items = useHeldDecisions().data ?? [];
  const undo = useUndo();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  useOutcomes(items);
  const waiting = items.filter((held) => held.state === 'held');
  const refused = items.filter((held) => held.state === 'refused' && !seen.has(held.id));
  const newest = waiting[0];
  const takeBack = (held: HeldDecision): void => {
    if (!undo.isPending) undo.mutate(held);
  };
  useShortcuts(newest ? [{ keys: '$mod+z', label: say('hold.undo'), run: () => takeBack(newest) }] : []);
  if (waiting.length === 0 && refused.length === 0 && !undo.error) return null;
  return (
    <div className="held-bar" role="region" aria-label={say('hold.title')} data-testid="held">
      {waiting.map((held, at) => {
        const left = Math.max(0, Math.ceil((Date.parse(held.takesEffectAt) - now) / SECOND));
        return (
          <p key={held.id}>
            <span>
              {wordOf(say, 'command', held.command.replace('.', '_'))}{' '}
              <Link to={`/tasks/${held.taskId}`} className="mono">
                {shortId(held.taskId)}
              </Link>{' '}
              {left > 0 ? say('hold.left', { seconds: left }) : say('hold.now')}
            </span>
            <Button disabled={left === 0} loading={undo.isPending} onClick={() => takeBack(held)}>
              {say('hold.undo')} {at === 0 && <kbd>Ctrl Z</kbd>}
            </Button>
          </p>
        );
      })}
      {refused.map((held) => (
        <p key={held.id} className="bad">
          <span>
            {wordOf(say, 'command', held.command.replace('.', '_'))}{' '}
            <Link to={`/tasks/${held.taskId}`} className="mono">
              {shortId(held.taskId)}
            </Link>{' '}
            {say('hold.refused', { why: held.refusal?.[language === 'en' ? 'en' : 'zh'] ?? '' })}
          </span>
          <Button onClick={() => setSeen(new Set([...seen, held.id]))}>{say('common.close')}</Button>
        </p>
      ))}
      <ProblemNote error={undo.error} />
    </div>
  );
}

/** Says what became of each, once; words that are in effect are no draft any more. */
function useOutcomes(items: readonly HeldDecision[]): void {
  const { say } = useSay();
  const client = useQueryClient();
  const user = useSession().id;
  const before = useRef(new Map<string, string>());
  useEffect(() => {
    for (const held of items) {
      const was = before.current.get(held.id);
      before.current.set(held.id, held.state);
      if (held.state === 'in_effect') dropDraft(user, held.taskId);
      if (was !== 'held' || held.state === 'held') continue;
      if (held.state === 'in_effect') announce(say('hold.inEffect'));
      if (held.state === 'refused') alarm(say('hold.refusedShort'));
      void client.invalidateQueries({ queryKey: ['task', held.taskId] });
      void client.invalidateQueries({ queryKey: ['deregistration', held.subjectId] });
      void client.invalidateQueries({ queryKey: ['sanctions'] });
    }
  }, [items, client, say, user]);
}
