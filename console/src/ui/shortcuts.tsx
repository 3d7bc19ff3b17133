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
const STORED_KEYS = 'preference:keys';
/** What may be given another key: one letter or digit. Combinations, `?` and Escape stay what they are everywhere. */
const MOVABLE = /^[a-z0-9]$/;
export const isMovable = (keys: string): boolean => MOVABLE.test(keys);
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

/** Default key → the key that it is on now. Always a permutation: two actions never share a key, on any page. */
let moved: Readonly<Record<string, string>> = readMoved();
export const keyFor = (keys: string): string => moved[keys] ?? keys;
const setMoved = (next: Readonly<Record<string, string>>): void => {
  moved = Object.fromEntries(Object.entries(next).filter(([from, to]) => from !== to));
  localStorage.setItem(STORED_KEYS, JSON.stringify(moved));
  changed();
};

/** Puts what is on `keys` by default on `to`; what was there comes to where this was (WCAG 2.1.4: remap). */
export function moveKey(keys: string, to: string): void {
  if (!isMovable(keys) || !isMovable(to)) return;
  const before = keyFor(keys);
  const displaced =
    Object.entries(moved).find(([, on]) => on === to)?.[0] ?? (moved[to] === undefined ? to : undefined);
  setMoved({ ...moved, ...(displaced === undefined ? {} : { [displaced]: before }), [keys]: to });
}
export const resetKeys = (): void => setMoved({});
export const useMovedKeys = (): Readonly<Record<string, string>> => useSyncExternalStore(subscribe, () => moved);

function readMoved(): Readonly<Record<string, string>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_KEYS) ?? '{}');
    const pairs = Object.entries(stored as Record<string, unknown>).filter(
      (pair): pair is [string, string] => isMovable(pair[0]) && typeof pair[1] === 'string' && isMovable(pair[1]),
    );
    return new Set(pairs.map(([, to]) => to)).size === pairs.length ? Object.fromEntries(pairs) : {};
  } catch {
    return {};
  }
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
  const keys = useMovedKeys();
  const shape = shortcuts.map((s) => `${s.keys}\u0000${s.label}`).join('\u0001');
  useEffect(() => {
    const bound = latest.current;
    const map = Object.fromEntries(
      bound.map(({ keys, inFields }) => [
        keyFor(keys),
        (event: KeyboardEvent) => {
          // What can be switched off are single keys: a combination is typed by nobody by accident.
          if (!isOurs(event, inFields === true) || (!keys.includes('+') && !shortcutsOn())) return;
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
  }, [shape, keys]);
}
