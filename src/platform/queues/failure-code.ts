import { isDomainError } from '../../kernel/domain-error.js';

/**
 * What may be written down about a failure: a code or the kind of error. A message may quote somebody's data, so it is
 * never stored.
 */
export function failureCode(error: unknown): string {
  if (isDomainError(error)) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  const code = (error as { code?: unknown }).code ?? (error as { driverError?: { code?: unknown } }).driverError?.code;
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,60}$/.test(code) ? `${error.name}:${code}` : error.name;
}
