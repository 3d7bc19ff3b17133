import { declaredSections, secretKeys } from './config-section.js';
import { type Environment, environmentName } from './load-config.js';

export interface UnknownSetting {
  readonly name: string;
  /** The setting of ours that was probably meant. */
  readonly meant?: string;
}

/** So many letters may be wrong, missing, too many or swapped. */
const NEAR = 3;

/**
 * Variables that are named like settings of ours and that nothing reads: a mistyped period would leave the default in force
 * without a word. Told and not refused: an environment is shared, and whoever calls a service `redis` gets `REDIS_PORT`
 * from the cluster; what others write there must not keep this one from starting. (A key that is unknown in one of our own
 * files is refused.)
 */
export function unknownSettings(env: Environment): UnknownSetting[] {
  const known = new Set<string>();
  const prefixes: string[] = [];
  for (const [path, section] of declaredSections()) {
    prefixes.push(`${environmentName(path, '')}`);
    for (const key of [...Object.keys(new section()), ...secretKeys(section)]) known.add(environmentName(path, key));
  }
  return Object.keys(env)
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')))
    .sort()
    .map((name) => {
      const meant = nearest(name, known);
      return meant === undefined ? { name } : { name, meant };
    });
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  let best: string | undefined;
  let least = NEAR + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > NEAR) continue;
    const distance = lettersApart(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment: changed, missing, added letters and swapped neighbours. */
function lettersApart(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + same,
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
