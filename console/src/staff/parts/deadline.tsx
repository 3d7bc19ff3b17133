import type { ReactNode } from 'react';
import { atTime, howLong } from '../../i18n/times.ts';
import { useNow } from '../../ui/server-clock.ts';
import { useSay } from '../use-say.ts';

interface DeadlineProps {
  readonly dueAt: string;
  readonly provisional?: boolean;
  /** When the work ended: the clock stops there. */
  readonly endedAt?: string | null;
}

const SOON_MS = 24 * 3_600_000;

/** When it is due and what is left, in words first; colour only repeats them. Stops when the work is done. */
export function Deadline({ dueAt, provisional = false, endedAt = null }: DeadlineProps): ReactNode {
  const { say, language } = useSay();
  const now = useNow(30_000);
  const left = Date.parse(dueAt) - (endedAt === null ? now : Date.parse(endedAt));
  const tone = left < 0 ? 'bad' : endedAt !== null ? 'good' : left < SOON_MS ? 'warn' : '';
  const words =
    endedAt !== null
      ? say(left < 0 ? 'deadline.missed' : 'deadline.met')
      : left < 0
        ? say('deadline.overdue', { since: howLong(left, language) })
        : say('deadline.left', { left: howLong(left, language) });
  return (
    <span className="deadline">
      <span className={`chip ${tone}`}>{words}</span>{' '}
      <time dateTime={dueAt} className="muted">
        {atTime(dueAt, language)}
      </time>
      {provisional && <span className="muted"> · {say('deadline.provisional')}</span>}
    </span>
  );
}
