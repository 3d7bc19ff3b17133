import { useEffect, useRef, useSyncExternalStore } from 'react';
import { tinykeys } from 'tinykeys';

export interface Shortcut {
  /** As tinykeys writes it: `n`, `$mod+Enter`. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Also while a field has the focus: only for combinations that no text contains. */
  readonly inFields?: boolean;
}

const STORED = 'preference:shortcuts';
const live = new Set<readonly Shortcut[]>();
const listeners = new Set<() => void>();
let snapshot: readonly Shortcut[] = [];
const changed = (): void => {
  snapshot = [...live].flat();
  listeners.forEach((listener) => listener());
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** WCAG 2.1.4: single keys can be switched off. */
export const shortcutsOn = (): boolean => localStorage.getItem(STORED) !== 'off';
export function switchShortcuts(on: boolean): void {
  localStorage.setItem(STORED, on ? 'on' : 'off');
  changed();
}

/** Everything that can be pressed now, for the list under `?`. */
export const useLiveShortcuts = (): readonly Shortcut[] => useSyncExternalStore(subscribe, () => snapshot);
export const useShortcutsOn = (): boolean => useSyncExternalStore(subscribe, shortcutsOn);

const FIELD = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

/**
 * Whether a key press is meant for us. An input method that is composing sends keys of its own (`isComposing`, 229,
 * "Process"); a held key repeats; an open dialog owns the keyboard; letters in a field are text.
 */
export function isOurs(event: KeyboardEvent, inFields: boolean): boolean {
  if (event.isComposing || event.keyCode === 229 || event.key === 'Process' || event.repeat) return false;
  if (event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (!inFields && target?.closest(FIELD)) return false;
  const dialog = document.querySelector('[role="dialog"][aria-modal="true"], dialog[open]');
  return dialog === null || (inFields && target !== null && dialog.contains(target));
}

/** Binds while mounted and no longer: a page that was left has no keys. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map((s) => `${s.keys}\u0000${s.label}`).join('\u0001');
  useEffect(() => {
    const bound = latest.current;
    const map = Object.fromEntries(
      bound.map(({ keys, inFields }) => [
        keys,
        (event: KeyboardEvent) => {
          if (!isOurs(event, inFields === true) || (inFields !== true && !shortcutsOn())) return;
          event.preventDefault();
          latest.current.find((s) => s.keys === keys)?.run();
        },
      ]),
    );
    const unbind = tinykeys(window, map);
    live.add(bound);
    changed();
    return () => {
      unbind();
      live.delete(bound);
      changed();
    };
  }, [shape]);
}
