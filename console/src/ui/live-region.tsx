import { useSyncExternalStore } from 'react';

let said = '';
let urgent = '';
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The same words twice are two announcements: a screen reader reads only what changed. */
const fresh = (now: string, next: string): string => (next === now ? `${next}\u00a0` : next);

/** Counts, saves, claims: read out when the person pauses (WCAG 4.1.3). */
export function announce(text: string): void {
  said = fresh(said, text);
  listeners.forEach((listener) => listener());
}

/** Loss and errors only: interrupts. */
export function alarm(text: string): void {
  urgent = fresh(urgent, text);
  listeners.forEach((listener) => listener());
}

/** The one polite region of the page and the one that interrupts. Mounted once, outside every route. */
export function LiveRegion(): React.ReactNode {
  const polite = useSyncExternalStore(subscribe, () => said);
  const loud = useSyncExternalStore(subscribe, () => urgent);
  return (
    <>
      <div role="status" aria-live="polite" className="visually-hidden" data-testid="live">
        {polite}
      </div>
      <div role="alert" className="visually-hidden" data-testid="alarm">
        {loud}
      </div>
    </>
  );
}
