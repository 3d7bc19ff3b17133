import { useCallback, useEffect, useRef, useState } from 'react';
import { serverNow } from './server-clock.ts';

const PREFIX = 'draft:';
const keyOf = (user: string, id: string): string => `${PREFIX}${user}:${id}`;

interface Stored<T> {
  readonly value: T;
  readonly savedAt: string;
}

export interface Draft<T> {
  readonly value: T;
  readonly set: (change: Partial<T>) => void;
  readonly clear: () => void;
  /** When it was last kept on this device; null: nothing typed yet. */
  readonly savedAt: string | null;
  /** It was there before this page was opened. */
  readonly restored: boolean;
}

/**
 * What somebody is writing, kept on this device per person and piece of work: it outlives reload, a lost lease, a
 * colleague's edit, an outage and the end of the session. Words and choices only, never evidence; nothing is ever sent
 * from here without a press.
 */
export function useDraft<T extends object>(user: string, id: string, empty: T): Draft<T> {
  const key = keyOf(user, id);
  const first = useRef(read<T>(key));
  const [stored, setStored] = useState<Stored<T> | undefined>(first.current);
  const set = useCallback(
    (change: Partial<T>) =>
      setStored((now) => {
        const next = { value: { ...empty, ...now?.value, ...change }, savedAt: new Date(serverNow()).toISOString() };
        write(key, next);
        return next;
      }),
    // `empty` is what a form starts with; the caller's literal is new on every render and always equal.
    [key],
  );
  const clear = useCallback(() => {
    localStorage.removeItem(key);
    first.current = undefined;
    setStored(undefined);
  }, [key]);
  useEffect(() => {
    first.current = read<T>(key);
    setStored(first.current);
  }, [key]);
  return {
    value: { ...empty, ...stored?.value },
    set,
    clear,
    savedAt: stored?.savedAt ?? null,
    restored: first.current !== undefined,
  };
}

/** What was written is in effect, or never will be: its copy here has no use. */
export function dropDraft(user: string, id: string): void {
  const key = keyOf(user, id);
  for (const each of Object.keys(localStorage))
    if (each === key || each.startsWith(`${key}:`)) localStorage.removeItem(each);
}

/** At sign-out, on a shared machine nothing of anybody stays. */
export function wipeDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

function read<T>(key: string): Stored<T> | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Stored<T>);
  } catch {
    return undefined;
  }
}

/** A full or forbidden store costs the copy, not the words on the screen. */
function write(key: string, stored: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(stored));
  } catch {
    // Nothing to do: the text is still in the form.
  }
}
