import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { PolicyText } from './policy-text.tsx';
import { useSay } from './texts.ts';
import { VersionsCard } from './versions-card.tsx';

type Effect = Schemas['PolicyPreviewDto'];

/** Retention policies that were in force, and what another one would erase, keep and for how long (DER-4). */
export function PoliciesPage(): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'ops', 'legal', 'admin');
  const [text, setText] = useState('');
  const versions = useQuery({
    queryKey: ['retention-policies'],
    queryFn: () => ask(api.GET('/v1/retention/policies')),
  });
  const preview = useMutation({
    mutationFn: () => ask(api.POST('/v1/retention/policy-previews', { body: { policy: text } })),
    onSuccess: ({ from, to }) => announce(say('policy.effect', { from, to })),
  });
  return (
    <section className="page">
      <PageHeading>{say('nav.policies')}</PageHeading>
      <VersionsCard
        query={versions}
        digestOf={(v) => v.sha256}
        about={(v) => say('policy.version1', { when: atTime(v.pinnedAt, language), classes: v.classes })}
      >
        <p>
          <a href="/v1/retention/policy">{say('policy.public')}</a>
        </p>
      </VersionsCard>
      {may && (
        <PolicyText
          text={text}
          onChange={setText}
          act={say('policy.preview')}
          busy={preview.isPending}
          error={preview.error}
          onTry={() => preview.mutate()}
        />
      )}
      {preview.data && <EffectCard effect={preview.data} />}
    </section>
  );
}

/** What changes first; what stays as it is can be unfolded. */
function EffectCard({ effect }: { readonly effect: Effect }): ReactNode {
  const { say } = useSay();
  const changed = effect.classes.filter((c) => c.change !== 'none');
  const same = effect.classes.filter((c) => c.change === 'none');
  const atOnce = effect.classes.reduce((sum, c) => sum + c.dueAtOnce, 0);
  return (
    <section className="card" aria-label={say('policy.effectTitle')} data-testid="effect">
      <h2>{say('policy.effectTitle')}</h2>
      <p>
        <strong>{say('policy.effect', { from: effect.from, to: effect.to })}</strong>
      </p>
      {effect.problems.length > 0 && (
        <div className="note bad">
          <p>{say('policy.wouldNotStart')}</p>
          <ul className="tight">
            {effect.problems.map((each) => (
              <li key={each} className="mono">
                {each}
              </li>
            ))}
          </ul>
        </div>
      )}
      {effect.problems.length === 0 && (
        <p className={atOnce > 0 ? 'note warn' : 'muted'}>
          {say('policy.summary', { changed: changed.length, same: same.length, atOnce })}
        </p>
      )}
      {changed.length > 0 && <Classes classes={changed} />}
      {same.length > 0 && (
        <details>
          <summary>{say('policy.same', { n: same.length })}</summary>
          <Classes classes={same} />
        </details>
      )}
    </section>
  );
}

function Classes({ classes }: { readonly classes: Effect['classes'] }): ReactNode {
  const { say, language } = useSay();
  const columns = [
    say('plan.class'),
    say('policy.change'),
    say('policy.live'),
    say('policy.sealed'),
    say('policy.atOnce'),
    say('policy.ends'),
  ] as const;
  return (
    <div className="scroll stacks" tabIndex={0} role="region" aria-label={say('policy.effectTitle')}>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((c) => (
            <tr key={c.recordClass}>
              <td data-label={columns[0]} className="mono">
                {c.recordClass}
              </td>
              <td data-label={columns[1]}>
                <span>
                  <span className={`chip ${c.change === 'none' ? '' : 'warn'}`}>
                    {wordOf(say, 'policyChange', c.change)}
                  </span>{' '}
                  {c.change !== 'none' && (
                    <span className="mono">
                      {c.before ?? '–'} → {c.after ?? '–'}
                    </span>
                  )}
                </span>
              </td>
              <td data-label={columns[2]}>{c.live}</td>
              <td data-label={columns[3]}>{c.retained}</td>
              <td data-label={columns[4]}>{c.dueAtOnce > 0 ? <span className="chip bad">{c.dueAtOnce}</span> : 0}</td>
              <td data-label={columns[5]}>
                {c.earliest === null || c.latest === null
                  ? '–'
                  : `${onDay(c.earliest, language)} – ${onDay(c.latest, language)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
