import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { pageItemClasses } from '../http/operation.js';
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
        'which duty and clause it carries out. Errors are RFC 9457 problem documents with a stable `code`.',
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
