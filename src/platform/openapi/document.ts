import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { HOLDABLE_KEY, type HoldableSpec } from '../holding/holdable.js';
import { pageItemClasses, problemResponse } from '../http/operation.js';
import { PROBLEM_MEDIA_TYPE } from '../http/problem.js';
import { MarkedMethods } from '../queues/marked-methods.js';
import { ProblemDto } from './problem.dto.js';

type Node = Record<string, unknown>;

/** The OpenAPI 3.1 document of the running application, from the same declarations that are enforced. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('account-lifecycle')
    .setVersion('1')
    .setDescription(
      'The account clauses of a user agreement as an API. `x-callers` says who may call an operation, `x-clauses` ' +
        'which duty and clause it carries out. Errors are RFC 9457 problem documents with a stable `code`; each operation ' +
        'names its own. Before a route is looked at, any request may be answered with `malformed_json`, ' +
        '`invalid_idempotency_key`, `not_found`, `method_not_allowed`, `body_too_large`, `uri_too_long`, ' +
        '`unsupported_media_type`, `headers_too_large`, `request_timeout`, `malformed_request`, `idempotency_key_reused` ' +
        'or `internal_error`.',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    extraModels: [ProblemDto, ...pageItemClasses()],
  });
  document.components ??= {};
  const schemas = (document.components.schemas ?? {}) as Record<string, unknown>;
  schemas['Problem'] = schemas['ProblemDto'];
  delete schemas['ProblemDto'];
  document.components.schemas = sorted(schemas) as typeof document.components.schemas & object;
  document.paths = sorted(document.paths);
  withoutOrdinaryHeaders(document);
  refusedLikeTheDecision(app, document);
  return modernise(document as unknown as Node) as unknown as OpenAPIObject;
}

/** Every client sends these by itself; a parameter that has to be given on each call would only be in the way. */
const ORDINARY = new Set(['accept-language', 'user-agent']);

function withoutOrdinaryHeaders(document: OpenAPIObject): void {
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods) as { parameters?: { in: string; name: string }[] }[]) {
      if (!Array.isArray(operation.parameters)) continue;
      operation.parameters = operation.parameters.filter(
        (p) => p.in !== 'header' || !ORDINARY.has(p.name.toLowerCase()),
      );
    }
  }
}

interface Refusals {
  readonly content?: Record<
    string,
    { readonly examples?: Record<string, { readonly value: { readonly title: string } }> }
  >;
}

/** A decision that is given with time to take it back is refused for what its own route refuses. */
function refusedLikeTheDecision(app: INestApplication, document: OpenAPIObject): void {
  const responsesOf = (path: string): Record<string, Refusals> =>
    document.paths[path]?.post?.responses as Record<string, Refusals>;
  const held = responsesOf('/v1/review-tasks/{id}/held-decisions');
  const routes = app
    .get(MarkedMethods)
    .find<HoldableSpec>(HOLDABLE_KEY)
    .map((m) => m.mark.route);
  const codes = new Map<string, Map<string, string>>();
  for (const responses of [held, ...routes.map(responsesOf)]) {
    for (const [status, { content }] of Object.entries(responses)) {
      const known = codes.get(status) ?? new Map<string, string>();
      for (const [code, { value }] of Object.entries(content?.[PROBLEM_MEDIA_TYPE]?.examples ?? {}))
        known.set(code, value.title);
      codes.set(status, known);
    }
  }
  for (const [status, known] of [...codes].filter(([, k]) => k.size > 0)) {
    const named = [...known].map(([code, en]) => ({ code, en }));
    held[status] = { ...held[status], ...problemResponse(Number(status), named) };
  }
}

const sorted = <T>(map: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** OpenAPI 3.1 is JSON Schema 2020-12: `nullable` is gone, null is a type. */
function modernise(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(modernise);
  if (typeof node !== 'object' || node === null) return node;
  const out = Object.fromEntries(Object.entries(node as Node).map(([key, value]) => [key, modernise(value)])) as Node;
  if (out['nullable'] !== true) {
    delete out['nullable'];
    return out;
  }
  delete out['nullable'];
  if (typeof out['type'] === 'string') {
    out['type'] = [out['type'], 'null'];
    if (Array.isArray(out['enum'])) out['enum'] = [...(out['enum'] as unknown[]), null];
    return out;
  }
  const { description, example, ...rest } = out;
  return {
    anyOf: [rest, { type: 'null' }],
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
  };
}
