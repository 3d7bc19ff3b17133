import { useCallback, useEffect, useRef } from 'react';
import { decisionForm, firstMissing } from './first-missing.ts';

/**
 * Whoever chooses by a key goes on by the keyboard: the first thing that the choice still needs has the focus then. Nothing is
 * missing: the focus stays, and the next key is the next act.
 * @param choice changes once the form shows what it needs
 * @returns what to call before the choice is made
 */
export function useFocusOnMissing(choice: string): () => void {
  const wanted = useRef(false);
  useEffect(() => {
    if (wanted.current) firstMissing(decisionForm())?.focus();
    wanted.current = false;
  }, [choice]);
  return useCallback(() => {
    wanted.current = true;
  }, []);
}
