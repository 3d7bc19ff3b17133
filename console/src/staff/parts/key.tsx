import type { ReactNode } from 'react';
import { keyFor, useMovedKeys, useShortcutsOn } from '../../ui/shortcuts.tsx';

/** The key on a button, where it is now; nothing while keys are switched off. */
export function Key({ of }: { readonly of: string }): ReactNode {
  useMovedKeys();
  return useShortcutsOn() ? <kbd>{keyFor(of).toUpperCase()}</kbd> : null;
}
