import { useEffect, useState } from 'react';

let ahead = 0;
const listeners = new Set<() => void>();

/** The service said what time it is (`asOf`, or the moment of a claim): leases and deadlines are counted in its time. */
export function heardTime(iso: string): void {
  const heard = Date.parse(iso) - Date.now();
  const jumped = Math.abs(heard - ahead) > 1_000;
  ahead = heard;
  if (jumped) listeners.forEach((listener) => listener());
}

export const serverNow = (): number => Date.now() + ahead;

/** Now, in the service's time, drawn anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const again = (): void => tick((n) => n + 1);
    const timer = setInterval(again, everyMs);
    // What time it is was learned only now: what was drawn before is drawn again.
    listeners.add(again);
    return () => {
      clearInterval(timer);
      listeners.delete(again);
    };
  }, [everyMs]);
  return serverNow();
}
