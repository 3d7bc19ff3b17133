import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Operation {
  readonly 'x-callers'?: readonly string[];
  readonly operationId: string;
  readonly responses: Record<string, { readonly content?: Record<string, { readonly examples?: object }> }>;
}

/** What the committed document says that a route refuses with. */
export interface Documented {
  /** `POST /v1/cases/{id}/decisions`. */
  readonly name: string;
  readonly operationId: string;
  readonly codes: ReadonlySet<string>;
  readonly callers: readonly string[];
  readonly method: string;
  readonly path: RegExp;
  /** `409 wrong_state`. */
  readonly answers: ReadonlySet<string>;
}

/** What the plumbing answers before a route is looked at: said once, in the description of the whole document. */
export const EVERYWHERE: ReadonlySet<string> = new Set([
  'invalid_request',
  'malformed_json',
  'invalid_idempotency_key',
  'idempotency_key_reused',
  'unsupported_media_type',
  'body_too_large',
  'uri_too_long',
  'method_not_allowed',
  'headers_too_large',
  'request_timeout',
  'malformed_request',
  'not_found',
  'temporarily_unavailable',
  'too_many_requests',
  'unauthenticated',
  'not_allowed',
  'internal_error',
]);

export function documentedRefusals(): Documented[] {
  const file = join(import.meta.dirname, '../../docs/openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, responses, 'x-callers': callers = [] }]) => {
      const answers = Object.entries(responses).flatMap(([status, { content }]) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => ({ status, code })),
      );
      return {
        name: `${method.toUpperCase()} ${path}`,
        operationId,
        codes: new Set(answers.map((a) => a.code)),
        callers,
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
        answers: new Set(answers.map((a) => `${a.status} ${a.code}`)),
      };
    }),
  );
}

let routes: Documented[] | undefined;

/** @returns what the document does not know of this refusal; undefined when a client generated from it is prepared */
export function undocumented(method: string, url: string, status: number, code: string): string | undefined {
  if (EVERYWHERE.has(code)) return undefined;
  const path = url.split('?')[0] ?? '';
  // `/accounts/me` before `/accounts/{id}`.
  routes ??= documentedRefusals().sort((a, b) => Number(a.name.includes('{')) - Number(b.name.includes('{')));
  const route = routes.find((r) => r.method === method && r.path.test(path));
  if (route === undefined || route.answers.has(`${status} ${code}`)) return undefined;
  // Only a test has a token of an account that never was.
  if (code === 'account_not_found' && route.callers.includes('account')) return undefined;
  return `${route.name} answers ${status} ${code}, which docs/openapi.json does not say`;
}
