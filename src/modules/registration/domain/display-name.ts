/**
 * Characters that look like a Latin letter or digit to a hurried reader (after Unicode UTS #39, the letters in use for
 * posing: Cyrillic, Greek, Armenian, Cherokee and the Latin look-alikes that NFKC leaves alone). Both sides of a
 * comparison go through the same table, so it only has to be consistent.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑạąăâáàäãåāǎ',
  b: 'ьЬвβƅ฿',
  c: 'сϲςçćčↄ',
  d: 'ԁďđɗ',
  e: 'еєεëéèêēėęěɛ℮',
  f: 'ƒғ',
  g: 'ɡցğģǥ',
  h: 'һнհħ',
  i: 'іїιıíìîïīįl1|!ӏǀ',
  j: 'јϳʝ',
  k: 'кκķƙ',
  m: 'мɱ',
  n: 'пηոñńňņɴ',
  o: '0оοօσøóòôöõōőӧ○〇',
  p: 'рρþ',
  q: 'ԛգ',
  r: 'гɾŕřя',
  s: 'ѕ5$śšşș',
  t: 'тτţťț+',
  u: 'υսцúùûüũūůű',
  v: 'νѵ∨',
  w: 'ԝωшѡ',
  x: 'хχ×',
  y: 'уγүýÿ',
  z: 'ᴢžźż2',
};

const TO_LATIN = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** Traditional forms of the words that names are posed with. */
const SIMPLIFIED = new Map(
  [...'員员官官號号務务統统係系護护運运營营審审據据線线電电國国深深'].reduce<[string, string][]>(
    (pairs, char, i, all) => {
      const simple = all[i + 1];
      if (i % 2 === 0 && simple !== undefined) pairs.push([char, simple]);
      return pairs;
    },
    [],
  ),
);

/**
 * What a name looks like: compatibility forms folded (full-width, circled, mathematical letters), marks that print
 * nothing and everything between letters dropped, look-alikes mapped to one letter. Two names with one skeleton are
 * the same name to a reader (2.3(1)).
 */
export function skeletonOf(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  let skeleton = '';
  for (const char of folded) {
    const simple = SIMPLIFIED.get(char) ?? char;
    const latin = TO_LATIN.get(simple) ?? TO_LATIN.get(simple.normalize('NFD').charAt(0)) ?? simple;
    for (const part of latin.normalize('NFD')) if (/[\p{L}\p{N}]/u.test(part)) skeleton += TO_LATIN.get(part) ?? part;
  }
  return skeleton;
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

export type NameProblem = 'empty' | 'invisible' | 'too_many_marks';

/**
 * Names that nobody could read or report: nothing visible, hidden direction marks, towers of combining marks. The
 * joiners U+200C and U+200D stay: Persian and family emoji are written with them, and a skeleton drops them anyway.
 */
export function nameProblems(name: string): NameProblem[] {
  const problems: NameProblem[] = [];
  if (!/[\p{L}\p{N}\p{S}]/u.test(name)) problems.push('empty');
  if (/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u3164\u115f\u1160\uffa0]/u.test(name))
    problems.push('invisible');
  if (/\p{M}{4,}/u.test(name.normalize('NFD'))) problems.push('too_many_marks');
  return problems;
}
