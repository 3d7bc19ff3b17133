import { ConfigError } from './load-config.js';

/** Typed access to one section of a loaded configuration. */
export type SectionOf = <T extends object>(type: new () => T) => T;

const checks: ((section: SectionOf) => unknown)[] = [];

/**
 * What no single value can show: sections that contradict each other, keys that are missing, files that do not read. The
 * check throws what is wrong. `boot` runs all of them before anything is opened, so that an operator hears of everything
 * at once and not of one thing a start.
 */
export const defineStartCheck = (check: (section: SectionOf) => unknown): void => void checks.push(check);

export function startProblems(section: SectionOf): string[] {
  return checks.flatMap((check) => {
    try {
      check(section);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return [...error.problems];
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
