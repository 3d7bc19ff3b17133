/** Letters, marks, digits, punctuation, symbols and single blanks: what a person can see and another can read. */
const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}](?: ?(?:[\p{L}\p{M}\p{N}\p{P}\p{S}]|\u200d|\ufe0f))*$/u;
const LONGEST = 32;

export type DisplayNameProblem = 'too_long' | 'invisible_or_blank';

/**
 * The shape of a name. What a name may pretend to be (staff, the platform, a protected name) is a rule of registration.
 * @returns the name as it is stored (NFC), or what is wrong with it
 */
export function readDisplayName(text: string): { readonly name: string } | { readonly problem: DisplayNameProblem } {
  const name = text.normalize('NFC').trim();
  if ([...name].length > LONGEST) return { problem: 'too_long' };
  if (!VISIBLE.test(name)) return { problem: 'invisible_or_blank' };
  return { name };
}
