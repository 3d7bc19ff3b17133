import type { DomainErrorOptions, ErrorDefinition, FieldProblem } from '../../kernel/domain-error.js';
import type { Locale } from './locale.js';

/** An RFC 9457 problem document with our members `code`, `errors` and `requestId`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly FieldProblem[];
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
    title: locale === 'en' ? definition.en : definition.zh,
    status: definition.status,
    ...(options.detail === undefined ? {} : { detail: options.detail }),
    code: definition.code,
    ...(options.errors === undefined ? {} : { errors: options.errors }),
    ...(options.extra ?? {}),
    requestId,
  };
}
