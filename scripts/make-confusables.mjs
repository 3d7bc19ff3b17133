// Writes src/modules/registration/domain/confusables-data.ts out of the mapping of UTS #39 (confusables.txt), as JSON of
// source to prototype: `node scripts/make-confusables.mjs data.json`. See docs/decisions (look-alikes of names).
import { readFileSync, writeFileSync } from 'node:fs';

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('usage: make-confusables.mjs data.json');
const mapping = JSON.parse(readFileSync(from, 'utf8'));
const plain = (text) => text.normalize('NFKC').toLowerCase();
/** Only what ends in letters, digits or Han, and what NFKC does not fold already. */
const wanted = ([source, target]) =>
  /^([a-z0-9]+|\p{Script=Han}+)$/u.test(plain(target)) &&
  plain(source) !== plain(target) &&
  !/^[a-z0-9]$/i.test(source);
const byTarget = new Map();
for (const [source, target] of Object.entries(mapping).filter(wanted)) {
  const key = plain(target);
  byTarget.set(key, [...(byTarget.get(key) ?? []), source]);
}
const escaped = (text) => [...text].map((c) => `\\u{${c.codePointAt(0).toString(16)}}`).join('');
const lines = [...byTarget]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([target, sources]) => `  ['${target}', '${sources.map(escaped).join(' ')}'],`);
writeFileSync(
  new URL('../src/modules/registration/domain/confusables-data.ts', import.meta.url),
  `/**
 * What looks like a letter, a digit or a Han character, by what it looks like: Unicode 13 confusables (UTS #39), without
 * what NFKC folds. Made by scripts/make-confusables.mjs; data © Unicode, Inc., under the Unicode License.
 */
// prettier-ignore
export const CONFUSABLES: readonly (readonly [like: string, sources: string])[] = [
${lines.join('\n')}
];
`,
);
console.log(`${byTarget.size} targets`);
