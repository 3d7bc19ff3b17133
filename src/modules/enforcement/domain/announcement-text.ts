import type { FieldProblem } from '../../../kernel/domain-error.js';

/** What in a public text could name somebody: numbers, addresses, ids. An announcement is without names (7.1, ENF-9). */
const NAMING: readonly { readonly code: Naming; readonly pattern: RegExp }[] = [
  { code: 'identity_number', pattern: /(?<!\d)\d{17}[\dXx](?![\dXx])/g },
  { code: 'phone', pattern: /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g },
  { code: 'e_mail', pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g },
  { code: 'account_id', pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi },
];

export const NAMINGS = ['display_name', 'identity_number', 'phone', 'e_mail', 'account_id'] as const;
export type Naming = (typeof NAMINGS)[number];

export interface Finding {
  readonly code: Naming;
  readonly text: string;
}

/**
 * Both languages or neither (then the template speaks), and nobody by number: an announcement is anonymous (7.1, ENF-9).
 */
export function announceProblems(
  announce: { readonly textZh?: string | undefined; readonly textEn?: string | undefined } | null,
): FieldProblem[] {
  const { textZh, textEn } = announce ?? {};
  const texts = [textZh, textEn].filter((t) => t !== undefined);
  const missing = texts.length === 1 ? [textZh === undefined ? 'textZh' : 'textEn'] : [];
  return [
    ...missing.map((member) => ({
      path: `/announce/${member}`,
      code: 'text_missing',
      en: 'give the text in both languages, or neither',
      zh: '两种语言的文字须同时填写，或都不填',
    })),
    ...namingIn(texts, null).map(({ code }) => ({
      path: '/announce',
      code: 'names_somebody',
      en: `an announcement names nobody: ${code}`,
      zh: `公告不得指明个人：${code}`,
    })),
  ];
}

/** Names of one or two letters are in every text; what is shorter says nothing about a person. */
const SHORTEST_NAME = 2;

/** @param displayName of the account, where it still has one */
export function namingIn(texts: readonly string[], displayName: string | null): Finding[] {
  const found: Finding[] = [];
  for (const text of texts) {
    for (const { code, pattern } of NAMING) for (const [hit] of text.matchAll(pattern)) found.push({ code, text: hit });
    if (displayName !== null && [...displayName].length >= SHORTEST_NAME && text.includes(displayName)) {
      found.push({ code: 'display_name', text: displayName });
    }
  }
  const seen = new Set<string>();
  return found.filter(({ code, text }) => {
    const key = `${code} ${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
