import { useEffect, useRef } from 'react';
import { serverNow, useNow } from './server-clock.ts';

export interface LeaseWords {
  readonly left: (minutes: number) => string;
  readonly ending: (seconds: number) => string;
  readonly over: string;
}

export interface Lease {
  /** Milliseconds left; 0 or less: over. */
  readonly left: number;
  readonly over: boolean;
  readonly ending: boolean;
}

const MINUTE = 60_000;
const MILESTONES = [5 * MINUTE, MINUTE] as const;
/** WCAG 2.2.1 asks for at least 20 seconds of warning; reading and finding the key takes some of them. */
const WARNING = 30_000;
const KEEP_EVERY = MINUTE;

/**
 * Counts a lease down in the service's time: politely at five and at one minute, loudly half a minute before the end,
 * loudly when it is over. Whoever types keeps it (`extend`), at most once a minute; an abandoned page lets go.
 */
export function useLease(
  until: string | null,
  say: { readonly polite: (text: string) => void; readonly loud: (text: string) => void; readonly words: LeaseWords },
  extend: () => void,
): Lease {
  const now = useNow(1_000);
  const end = until === null ? now : Date.parse(until);
  const left = end - now;
  const before = useRef(left);
  const kept = useRef(serverNow());
  const latest = useRef(extend);
  latest.current = extend;

  useEffect(() => {
    if (until === null) return;
    const was = before.current;
    before.current = left;
    const passed = (mark: number): boolean => was > mark && left <= mark;
    if (passed(0)) say.loud(say.words.over);
    else if (passed(WARNING)) say.loud(say.words.ending(Math.ceil(left / 1000)));
    else if (MILESTONES.some(passed)) say.polite(say.words.left(Math.ceil(left / MINUTE)));
  });

  useEffect(() => {
    if (until === null) return undefined;
    const working = (): void => {
      const at = serverNow();
      if (at >= Date.parse(until) || at - kept.current < KEEP_EVERY) return;
      kept.current = at;
      latest.current();
    };
    window.addEventListener('input', working);
    return () => window.removeEventListener('input', working);
  }, [until]);

  return { left, over: until !== null && left <= 0, ending: left > 0 && left <= WARNING };
}
