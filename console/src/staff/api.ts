import { QueryClient } from '@tanstack/react-query';
import { createApi } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';

/** The session is an HTTP-only cookie; the header is what a form or an image of another site cannot send. */
export const api = createApi(() => ({ 'x-console': '1' }));

const ended = new Set<() => void>();

/** Called whenever an answer says that the session is over. */
export function onSessionEnd(listener: () => void): () => void {
  ended.add(listener);
  return () => ended.delete(listener);
}

api.use({
  onResponse({ response }) {
    if (response.status === 401) ended.forEach((listener) => listener());
    return undefined;
  },
});

/** Reads are tried again when there was no answer; a write never is: only a press sends. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && isProblem(error, 'unreachable'),
    },
    mutations: { retry: false },
  },
});
