import { useLayoutEffect, useState, useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'preference:theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

const storedTheme = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? 'system';

/** The chosen theme and whether that means dark now; `data-theme` on the root drives the style sheet. */
export function useTheme(): { readonly theme: Theme; readonly isDark: boolean; readonly choose: (t: Theme) => void } {
  const [theme, setTheme] = useState(storedTheme);
  const systemDark = useSyncExternalStore(
    (listener) => {
      dark.addEventListener('change', listener);
      return () => dark.removeEventListener('change', listener);
    },
    () => dark.matches,
  );
  const isDark = theme === 'dark' || (theme === 'system' && systemDark);
  // Before the effects of what is inside: a chart reads the colours.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  const choose = (next: Theme): void => {
    localStorage.setItem(STORED, next);
    setTheme(next);
  };
  return { theme, isDark, choose };
}
