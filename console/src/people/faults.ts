import { i18n } from '@lingui/core';
import { Problem } from '../api/problem.ts';
import type { Language } from '../i18n/language.ts';
import { inSeconds } from './period.ts';

/** One thing that is wrong: with a field of the form (its id), or with the whole. Kept as a code, so that it changes language with the page. */
export interface Fault {
  readonly field?: string;
  readonly code: string;
  /** What the service said, where our own catalogue has no words for the code. */
  readonly said?: string;
  /** When it is worth trying again, where the service knows. */
  readonly waitSeconds?: number;
}

/** Refusals of the service that are about one field. */
const FIELD_OF: Readonly<Record<string, string>> = {
  code_invalid: 'code',
  phone_invalid: 'phone',
  birth_date_invalid: 'birthDate',
  guardian_required: 'guardianPhone',
  guardian_invalid: 'guardianPhone',
  guardian_not_acceptable: 'guardianPhone',
  name_unusable: 'displayName',
  display_name_invalid: 'displayName',
};

/** Thrown instead of sending: what is missing is known here already. */
export class NotSent extends Error {
  constructor(readonly faults: readonly Fault[]) {
    super('not sent');
  }
}

export const missing = (field: string): Fault => ({ field, code: `field.${field}` });

/** `rename` says under which id a path of the request body stands in the form, where the two differ. */
export function faultsOf(error: unknown, rename: Readonly<Record<string, string>> = {}): readonly Fault[] {
  if (error instanceof NotSent) return error.faults;
  if (!(error instanceof Problem)) return [{ code: 'unexpected' }];
  const { code, detail, title, errors, retryAfterSeconds } = error.document;
  const said = detail ?? title;
  if (code === 'invalid_request' && errors && errors.length > 0) {
    const fields = [...new Set(errors.map((e) => e.path))].map((path) => rename[path] ?? path.slice(1));
    return fields.map((field) => ({ field, code: `field.${field}`, said }));
  }
  // Some refusals say more closely why, by a code or by the field; where the page has words for that, they are the better ones.
  const { code: why = '', path = '' } = errors?.[0] ?? {};
  const told = [`${code}.${why}`, `${code}${path}`].find((closer) => known(`fault.${closer}`)) ?? code;
  const named = told === code ? undefined : path.slice(1);
  const field = rename[code] ?? FIELD_OF[code] ?? (named || undefined);
  const wait = retryAfterSeconds === undefined ? {} : { waitSeconds: retryAfterSeconds };
  return [{ ...(field === undefined ? {} : { field }), code: told, said, ...wait }];
}

const known = (id: string): boolean => id in i18n.messages;

/** In the page's language where we have words for it; else as the service put it. */
export function wordsOf({ code, said, waitSeconds }: Fault): string {
  const id = `fault.${code}`;
  const words = known(id) ? i18n._(id) : (said ?? i18n._('fault.unexpected'));
  if (waitSeconds === undefined) return words;
  return `${words} ${i18n._('fault.wait', { time: inSeconds(waitSeconds, i18n.locale as Language) })}`.trim();
}
