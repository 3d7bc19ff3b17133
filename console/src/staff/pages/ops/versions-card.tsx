import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from '../../parts/loaded.tsx';
import { useSay } from './texts.ts';

interface Version {
  readonly version: string;
  readonly inForce: boolean;
}

interface VersionsCardProps<V extends Version> {
  readonly query: UseQueryResult<{ items: V[] }>;
  readonly digestOf: (version: V) => string;
  readonly about: (version: V) => string;
  /** What can be unfolded of a version. */
  readonly more?: (version: V) => ReactNode;
  readonly children?: ReactNode;
}

/** Every version of a policy that was in force, the one in force marked. */
export function VersionsCard<V extends Version>(props: VersionsCardProps<V>): ReactNode {
  const { query, digestOf, about, more, children } = props;
  const { say } = useSay();
  return (
    <section className="card" aria-label={say('policy.versions')}>
      <h2>{say('policy.versions')}</h2>
      <Loaded query={query}>
        {({ items }) => (
          <ul className="log">
            {items.map((v) => (
              <li key={digestOf(v)}>
                <p className="row">
                  <strong>{v.version}</strong>
                  {v.inForce && <span className="chip good">{say('policy.inForce')}</span>}
                  <span className="mono muted">{digestOf(v).slice(0, 12)}</span>
                </p>
                <p className="muted">{about(v)}</p>
                {more?.(v)}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {children}
    </section>
  );
}
