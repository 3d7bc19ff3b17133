import { useCallback, useState } from 'react';
import { type Fault, faultsOf } from './faults.ts';

export interface Form<T> {
  readonly value: T;
  readonly set: (change: Partial<T>) => void;
  readonly faults: readonly Fault[];
  /** Counts refusals, so that the same fault found twice takes the focus twice. */
  readonly refused: number;
  readonly busy: boolean;
  /** Says what is wrong without sending, as when a code cannot be asked for. */
  readonly refuse: (found: readonly Fault[]) => void;
  /** Sends once, unless something is missing; what was typed stays whatever the answer is. */
  readonly submit: (send: () => Promise<void>, check?: readonly (Fault | false)[]) => Promise<void>;
}

export function useForm<T extends object>(empty: T, rename: Readonly<Record<string, string>> = {}): Form<T> {
  const [value, setValue] = useState(empty);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [refused, setRefused] = useState(0);
  const [busy, setBusy] = useState(false);
  // What is being put right is no longer complained of.
  const set = useCallback((change: Partial<T>) => {
    setValue((now) => ({ ...now, ...change }));
    setFaults((now) => now.filter((fault) => fault.field === undefined || !(fault.field in change)));
  }, []);
  const refuse = (found: readonly Fault[]): void => {
    setFaults(found);
    setRefused((n) => n + 1);
  };
  return {
    value,
    set,
    faults,
    refused,
    busy,
    refuse,
    submit: async (send, check = []) => {
      if (busy) return;
      const found = check.filter((each) => each !== false);
      if (found.length > 0) return refuse(found);
      setFaults([]);
      setBusy(true);
      const pressed = document.activeElement;
      try {
        await send();
        keepFocus(pressed);
      } catch (error) {
        refuse(faultsOf(error, rename));
      } finally {
        setBusy(false);
      }
    },
  };
}

/** What was pressed is often gone once it is done: the focus then goes to the heading, not to nowhere (WCAG 2.4.3). */
function keepFocus(pressed: Element | null): void {
  const until = Date.now() + 2_000;
  const look = (): void => {
    if (document.activeElement === document.body) {
      const next = pressed?.isConnected && !pressed.matches(':disabled') ? pressed : document.querySelector('h1');
      (next as HTMLElement | null)?.focus({ preventScroll: true });
    }
    if (Date.now() < until) setTimeout(look, 100);
  };
  setTimeout(look, 50);
}
