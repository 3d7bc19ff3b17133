import type { DomainErrorOptions, ErrorDefinition, FieldProblem, Words } from '../../kernel/domain-error.js';
import type { Locale } from './locale.js';

/** A problem of a field as its reader is told. */
export interface ToldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

const wordsIn = ({ en, zh }: Words, locale: Locale): string => (locale === 'en' ? en : zh);

export const toldIn =
  (locale: Locale) =>
  (problem: FieldProblem): ToldProblem => ({
    path: problem.path,
    code: problem.code,
    message: wordsIn(problem, locale),
  });

/** An RFC 9457 problem document with our members `code`, `errors` and `requestId`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly ToldProblem[];
  readonly requestId: string;
  readonly [extension: string]: unknown;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** `type` is a URN: it names the problem without promising a page that could go away. */
export const problemType = (code: string): string => `urn:account-lifecycle:problem:${code}`;

export function toProblem(
  definition: ErrorDefinition,
  options: DomainErrorOptions,
  locale: Locale,
  requestId: string,
): Problem {
  return {
    type: problemType(definition.code),
    title: wordsIn(definition, locale),
    status: definition.status,
    ...(options.detail === undefined ? {} : { detail: wordsIn(options.detail, locale) }),
    code: definition.code,
    ...(options.errors === undefined ? {} : { errors: options.errors.map(toldIn(locale)) }),
    ...(options.extra ?? {}),
    requestId,
  };
}
