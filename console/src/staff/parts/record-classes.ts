import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/client.ts';
import { api } from '../api.ts';
import { useSay } from '../use-say.ts';

/** The classes of records of the policy in force, by their codes, each with its name. */
export function useRecordClasses(): ReadonlyMap<string, string> {
  const { language } = useSay();
  const policy = useQuery({
    queryKey: ['retention-policy'],
    queryFn: () => ask(api.GET('/v1/retention/policy')),
    staleTime: Infinity,
  });
  const classes = policy.data?.recordClasses ?? [];
  return new Map(classes.map(({ recordClass, title }) => [recordClass, title[language === 'en' ? 'en' : 'zh']]));
}
