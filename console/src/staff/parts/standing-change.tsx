import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client.ts';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
import { FeatureNames } from './violations.tsx';
import { wordOf } from './word.ts';

export type StandingSeen = Pick<Schemas['StandingDto'], 'mayUse' | 'blocks' | 'restrictedFeatures'>;

interface Props {
  readonly accountId: string;
  readonly before: StandingSeen;
  readonly after: StandingSeen;
}

/** What a decision changes in what somebody may do: beside each other, what comes and what stays as it was (C7). */
export function StandingChange({ accountId, before, after }: Props): ReactNode {
  const { say, language } = useSay();
  const until = (end: string | null): string =>
    end === null ? say('standing.open') : say('standing.until', { until: atTime(end, language) });
  const lines = ({ blocks, restrictedFeatures }: StandingSeen) => [
    ...blocks.map((b) => ({
      key: b.code + (b.sanctionId ?? ''),
      shown: <>{wordOf(say, 'block', b.code)}</>,
      end: b.until,
    })),
    ...restrictedFeatures.map((f) => ({
      key: `feature ${f.feature}`,
      shown: <FeatureNames of={[f.feature]} accountId={accountId} />,
      end: f.until,
    })),
  ];
  const known = new Map(lines(before).map((line) => [line.key, line.end]));
  const may = (s: StandingSeen): string => say(s.mayUse ? 'standing.mayUse' : 'standing.mayNot');
  return (
    <div data-testid="standing-change">
      <p>
        {say('standing.now')} <span className={`chip ${before.mayUse ? 'good' : 'bad'}`}>{may(before)}</span> →{' '}
        {say('standing.then')} <span className={`chip ${after.mayUse ? 'good' : 'bad'}`}>{may(after)}</span>
      </p>
      <ul className="tight">
        {lines(after).map((line) => (
          <li key={line.key}>
            {line.shown} · {until(line.end)}{' '}
            <span className={known.has(line.key) && known.get(line.key) === line.end ? 'muted' : 'chip warn'}>
              {say(known.has(line.key) && known.get(line.key) === line.end ? 'standing.asBefore' : 'standing.new')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
