import { useEffect, useState } from 'react';

let ahead = 0;

/** The service said what time it is (`asOf`, or the moment of a claim): leases and deadlines are counted in its time. */
export function heardTime(iso: string): void {
  ahead = Date.parse(iso) - Date.now();
}

export const serverNow = (): number => Date.now() + ahead;

/** Now, in the service's time, drawn anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return serverNow();
}
