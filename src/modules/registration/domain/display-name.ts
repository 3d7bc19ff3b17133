import { likenessOf } from './look-alikes.js';

/** What prints nothing: default-ignorable code points (joiners, fillers, bidi controls, tags) and the blank of Braille. */
const INVISIBLE = /[\p{DI}\u2800]/gu;

/**
 * What a name looks like: compatibility forms folded (full-width, circled, mathematical letters), marks that print
 * nothing and everything between letters dropped, look-alikes mapped to one letter. Two names with one skeleton are
 * the same name to a reader (2.3(1)).
 */
export function skeletonOf(name: string): string {
  let skeleton = '';
  for (const character of name.normalize('NFKC').replace(INVISIBLE, '')) {
    for (const part of likenessOf(character)) if (/[\p{L}\p{N}]/u.test(part)) skeleton += part;
  }
  // Two letters that a narrow type makes one of.
  return skeleton.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** Skeletons of a policy's names, worked out once a list. */
const skeletons = new WeakMap<readonly string[], readonly { name: string; skeleton: string; isLong: boolean }[]>();

function skeletonsOf(names: readonly string[]): readonly { name: string; skeleton: string; isLong: boolean }[] {
  const known = skeletons.get(names);
  if (known !== undefined) return known;
  const made = names
    .map((name) => ({ name, skeleton: skeletonOf(name) }))
    .filter(({ skeleton }) => skeleton !== '')
    .map((s) => ({ ...s, isLong: s.skeleton.length >= (/\p{Script=Han}/u.test(s.skeleton) ? 2 : 5) }));
  skeletons.set(names, made);
  return made;
}

/**
 * The first protected name that `name` poses as, or undefined. A protected name is looked for anywhere in the skeleton
 * when it is long enough not to occur in ordinary words; a shorter one must be the whole name.
 */
export function resembles(name: string, protectedNames: readonly string[]): string | undefined {
  const skeleton = skeletonOf(name);
  const found = skeletonsOf(protectedNames).find(
    (wanted) => skeleton === wanted.skeleton || (wanted.isLong && skeleton.includes(wanted.skeleton)),
  );
  return found?.name;
}

export type NameProblem = 'empty' | 'invisible' | 'too_many_marks' | 'mixed_scripts';

/**
 * Scripts whose letters pass for each other's. Within one word only one of them is written by anybody who does not mean
 * to deceive; Han, Kana and Hangul go with Latin everywhere (UTS #39, highly restrictive).
 */
const TAKEN_FOR_EACH_OTHER = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/**
 * Names that nobody could read or report: nothing visible, hidden direction marks, towers of combining marks, one word
 * out of several scripts that look alike. The joiners and the selectors of a glyph stay: Persian, rare Han and family
 * emoji are written with them, and a skeleton drops them anyway.
 */
export function nameProblems(name: string): NameProblem[] {
  const problems: NameProblem[] = [];
  const visible = name.replace(INVISIBLE, '');
  if (!/[\p{L}\p{N}\p{S}]/u.test(visible)) problems.push('empty');
  const hidden = name.replace(/\p{Variation_Selector}|\u200c|\u200d/gu, '');
  if (hidden.search(INVISIBLE) !== -1 || /[\p{Cc}\p{Zl}\p{Zp}\ufff9-\ufffb]/u.test(name)) problems.push('invisible');
  if (/\p{M}{4,}/u.test(name.normalize('NFD'))) problems.push('too_many_marks');
  const words = name.normalize('NFKC').match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.some((word) => TAKEN_FOR_EACH_OTHER.filter((script) => script.test(word)).length > 1))
    problems.push('mixed_scripts');
  return problems;
}
