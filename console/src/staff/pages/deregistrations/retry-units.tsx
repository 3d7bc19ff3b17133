import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Units } from '../../parts/units.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';

/** The execution unit by unit; only those who may try again have the button, and it tries only what failed. */
export function RetryUnits({ application: d }: { readonly application: Schemas['DeregistrationDto'] }): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const client = useQueryClient();
  const failed = d.units.filter((unit) => unit.state === 'failed').length;
  const retry = useMutation({
    mutationFn: () => ask(api.POST('/v1/deregistrations/{id}/retry', { params: { path: { id: d.id } } })),
    onSuccess: () => announce(say('units.retried')),
    onSettled: () => client.invalidateQueries({ queryKey: ['deregistration', d.id] }),
  });
  return (
    <section className="card" aria-label={say('units.title')}>
      <div className="row spread">
        <h2>{say('units.title')}</h2>
        <span className="muted">
          {wordOf(say, 'deregState', d.state)}
          {d.executionStartedAt && ` · ${atTime(d.executionStartedAt, language)}`}
        </span>
      </div>
      {d.unfinished.length > 0 && (
        <div className="note bad">
          <ul className="tight">
            {d.unfinished.map((each) => (
              <li key={each.phase + each.unit}>
                {wordOf(say, 'phase', each.phase)} · <span className="mono">{each.unit}</span> ·{' '}
                {wordOf(say, 'stall', each.reason)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {hasRole(session, 'ops', 'senior_moderator') && ['executing', 'partially_executed'].includes(d.state) && (
        <p>
          <Button type="primary" onClick={() => retry.mutate()} loading={retry.isPending}>
            {say('units.retry', { n: failed })}
          </Button>
        </p>
      )}
      <ProblemNote error={retry.error} />
      <Units units={d.units} />
    </section>
  );
}
