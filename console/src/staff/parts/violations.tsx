import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { comma } from '../../i18n/comma.ts';
import { ask } from '../../api/client.ts';
import { api } from '../api.ts';
import { useSay } from '../use-say.ts';

/** What can be violated and what can be restricted, in the words of the agreement that this account has accepted, or the newest. */
export const useViolations = (accountId?: string) =>
  useQuery({
    queryKey: ['violations', accountId],
    queryFn: () => ask(api.GET('/v1/violations', { params: { query: accountId ? { accountId } : {} } })),
    staleTime: 600_000,
  });

interface FeatureNamesProps {
  readonly of: readonly string[];
  readonly accountId: string;
}

/** Features by their names; asked for only where there are any. */
export function FeatureNames({ of, accountId }: FeatureNamesProps): ReactNode {
  return of.length === 0 ? null : <Names of={of} accountId={accountId} />;
}

function Names({ of, accountId }: FeatureNamesProps): ReactNode {
  const { language } = useSay();
  const known = new Map(
    useViolations(accountId).data?.features.map((f) => [f.name, f[language === 'en' ? 'en' : 'zh']]),
  );
  return of.map((name) => known.get(name) ?? name).join(comma());
}
