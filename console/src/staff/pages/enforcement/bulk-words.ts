import { useQuery } from '@tanstack/react-query';
import { ask, type Schemas } from '../../../api/client.ts';
import { api } from '../../api.ts';
import { bodyOf, EMPTY, type Words, wordsOf } from '../task/enforcement/measure-words.ts';
import { NO_SCOPE, scopeOf, type ScopeWords } from './bulk-scope.tsx';

export type Order = Schemas['NewBulkDto'];

/** What somebody writes about many: whom, why they belong together, and what is decided about each. */
export interface BulkWords extends Words, ScopeWords {
  readonly clause: string;
  readonly note: string;
}
export const NOTHING: BulkWords = { ...EMPTY, ...NO_SCOPE, outcome: 'violation', clause: '', note: '' };

/** The whole proposal, or undefined while something that it needs is missing. */
export function orderOf(words: BulkWords): Order | undefined {
  const scope = scopeOf(words);
  const told = [words.clause, words.note, words.facts, words.explanation].every((each) => each.trim() !== '');
  if (scope === undefined || !told || words.chosen.length === 0) return undefined;
  return { ...scope, decision: bodyOf(words, { clauses: [words.clause], contents: [] }), note: words.note.trim() };
}

/** An earlier proposal's words, for those of its accounts that were refused: they and nobody else (C16). */
export const useRefused = (bulkId: string) =>
  useQuery({
    queryKey: ['bulk-refused', bulkId],
    queryFn: async (): Promise<BulkWords> => {
      const path = { id: bulkId };
      const { order } = await ask(api.GET('/v1/bulk-decisions/{id}', { params: { path } }));
      const refused: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query = { limit: 200, ...(cursor === '' ? {} : { cursor }) };
        const page: { items: Schemas['BulkItemDto'][]; nextCursor: string | null } = await ask(
          api.GET('/v1/bulk-decisions/{id}/items', { params: { path, query } }),
        );
        refused.push(...page.items.filter(({ state }) => state === 'refused').map(({ accountId }) => accountId));
        cursor = page.nextCursor;
      }
      const scope = { how: 'named' as const, ids: refused.join('\n') };
      if (order === null) return { ...NOTHING, ...scope };
      const { decision, note } = order;
      return { ...NOTHING, ...wordsOf(decision), clause: decision.clauses[0] ?? '', note, ...scope };
    },
    staleTime: Infinity,
    gcTime: 0,
  });
