import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  /** Asks again; what is shown stays until the answer comes. */
  readonly reload: () => void;
}

/** What a page shows, asked for once and again on request. Answers of an older question are dropped. */
export function useLoad<T>(load: () => Promise<T>, key = ''): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({});
  const latest = useRef(load);
  latest.current = load;
  const asked = useRef(0);
  const reload = useCallback(() => {
    const question = (asked.current += 1);
    latest.current().then(
      (value) => question === asked.current && setState({ value }),
      (error: unknown) => question === asked.current && setState((now) => ({ ...now, error })),
    );
  }, []);
  useEffect(reload, [reload, key]);
  return { value: state.value, error: state.error, reload };
}
