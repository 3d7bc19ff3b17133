/**
 * A notice in its parts: what the operator's template fixes, and the places of what a moderator writes (console, C7). The texts
 * of the parts, one after the other, are the notice, to the letter.
 */
export type NoticePart = FixedPart | WordsPart;

export interface FixedPart {
  readonly kind: 'fixed';
  readonly text: string;
}

export interface WordsPart {
  readonly kind: 'words';
  /** Where the request has them. */
  readonly field: string;
  /** Empty: nothing is written yet. */
  readonly text: string;
  /** What stands before and after them once there are any; empty where it stands in any case. */
  readonly before: string;
  readonly after: string;
}

/** Words of somebody, where a template has a variable. */
export interface Words {
  readonly text: string;
  /** The field in which they are written; undefined: they are written nowhere any more, and fixed. */
  readonly field: string | undefined;
}

export type Line = readonly NoticePart[];

const fixed = (text: string): FixedPart => ({ kind: 'fixed', text });

/** One line of a template in its parts, in one pass: what a person wrote is never taken for a variable. */
export function lineOf(template: string, values: Readonly<Record<string, string | Words>>): Line {
  return template.split(/(\{\w+\})/).map((piece): NoticePart => {
    const value = /^\{\w+\}$/.test(piece) ? values[piece.slice(1, -1)] : undefined;
    if (value === undefined) return fixed(piece);
    if (typeof value === 'string') return fixed(value);
    return value.field === undefined
      ? fixed(value.text)
      : { kind: 'words', field: value.field, text: value.text, before: '', after: '' };
  });
}

/** A line that there is only once its words are written: until then their place, which shows nothing. */
export function placeOf(template: string, name: string, field: string): Line {
  const [before = '', after = ''] = template.split(`{${name}}`);
  return [{ kind: 'words', field, text: '', before: `\n${before}`, after }];
}

/** A place shows nothing, so it begins no line; every notice begins with one that does. */
const isPlace = ([first]: Line): boolean => first?.kind === 'words' && first.before !== '';

/** Lines below each other; what is fixed on both sides of a break is one part. */
export function partsOf(lines: readonly Line[]): NoticePart[] {
  const all = lines.flatMap((line, i): Line => (i === 0 || isPlace(line) ? line : [fixed('\n'), ...line]));
  const parts: NoticePart[] = [];
  for (const part of all) {
    const last = parts.at(-1);
    if (part.kind === 'fixed' && part.text === '') continue;
    if (part.kind === 'fixed' && last?.kind === 'fixed') parts[parts.length - 1] = fixed(last.text + part.text);
    else parts.push(part);
  }
  return parts;
}

export const textOf = (parts: readonly NoticePart[]): string => parts.map(({ text }) => text).join('');
