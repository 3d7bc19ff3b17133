import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useSay } from '../../use-say.ts';
import type { Nothing } from './claim-next.ts';

/** Nothing was dealt; what is left because they skipped it is one press away, and is taken there one by one. */
export function NothingLeft({ nothing }: { readonly nothing: Nothing | null }): ReactNode {
  const { say } = useSay();
  if (nothing === null) return null;
  const { skipped, kind } = nothing;
  if (skipped === 0)
    return (
      <p className="note" role="note">
        {say('queue.nothing')}
      </p>
    );
  const to = new URLSearchParams({ ...(kind === undefined ? {} : { kind }), skipped: 'me' });
  return (
    <p className="note inline row" role="note">
      {say('queue.onlySkipped', { n: skipped })}{' '}
      <Link to={`/?${to}`}>{say('queue.lookAtSkipped', { n: skipped })}</Link>
    </p>
  );
}
