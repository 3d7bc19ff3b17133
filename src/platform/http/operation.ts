import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError, type ErrorDefinition } from '../../kernel/domain-error.js';
import { isId } from '../../kernel/ids.js';
import { LIMIT_ERRORS } from '../limits/limits.errors.js';
import { HTTP_ERRORS } from './http.errors.js';
import { AnsweredAlready } from './once.js';
import { PROBLEM_MEDIA_TYPE, problemType } from './problem.js';

export const OPERATION_KEY = 'account-lifecycle:operation';

export const STAFF_ROLES = ['moderator', 'senior_moderator', 'legal', 'ops', 'auditor', 'admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export const SERVICE_SCOPES = [
  'standing:read',
  'reports:write',
  'erasure:ack',
  'content_removal:ack',
  'obligations:write',
] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];

/** Who may call. `guardian` routes carry a signed link in the path and check it themselves. */
export type CallerSpec = 'public' | 'account' | 'guardian' | `staff:${StaffRole}` | `service:${ServiceScope}`;

type DtoClass = new () => object;

export interface OperationSpec {
  readonly summary: string;
  readonly description?: string;
  readonly callers: readonly CallerSpec[];
  /** Duty ids of `clauses.md` and clause numbers of the agreement. */
  readonly clauses: readonly string[];
  /** 303: the answer is an address to go to. */
  readonly status?: 200 | 201 | 202 | 204 | 303;
  readonly answer?: DtoClass;
  /** Item class of a keyset page. */
  readonly page?: DtoClass;
  /** An answer that is not JSON, or not one of our DTOs. */
  readonly raw?: { readonly mediaType: string; readonly description: string };
  readonly errors?: readonly ErrorDefinition[];
  /** The write needs `If-Match`. */
  readonly ifMatch?: boolean;
  /** The answer carries `ETag`, and `If-None-Match` is obeyed. */
  readonly etag?: boolean;
  /** The route takes `Idempotency-Key` (set by `@OnceKey`-taking POST routes; documents it). */
  readonly idempotent?: boolean;
  /** It ends the session that sends it: a repeat with its `Idempotency-Key` and the same token is answered all the same. */
  readonly endsSession?: boolean;
  /** Bytes that the body may have, where it is a list and the usual limit is too small for it. */
  readonly bodyBytes?: number;
}

const pageItems = new Set<DtoClass>();

/** Item classes that only a page refers to: the OpenAPI document must be told of them. */
export const pageItemClasses = (): DtoClass[] => [...pageItems];

/** Declares one operation: who may call it, which clause it carries out, what it answers. Enforced and documented. */
export function Operation(spec: OperationSpec): MethodDecorator {
  const status = spec.status ?? 200;
  const secured = !spec.callers.every((c) => c === 'public' || c === 'guardian');
  return applyDecorators(
    SetMetadata(OPERATION_KEY, spec),
    HttpCode(status),
    ...(spec.bodyBytes === undefined ? [] : [RouteConfig({ bodyBytes: spec.bodyBytes })]),
    // Here and not at the parameter: without it the guard's leave for a repeat would run the command again.
    ...(spec.endsSession === true ? [UseInterceptors(AnsweredAlready)] : []),
    ApiOperation({ summary: spec.summary, ...(spec.description ? { description: spec.description } : {}) }),
    ApiExtension('x-callers', [...spec.callers]),
    ApiExtension('x-clauses', [...spec.clauses]),
    ...(secured ? [ApiBearerAuth()] : []),
    ...(spec.ifMatch
      ? [ApiHeader({ name: 'If-Match', required: true, description: 'The version you saw, e.g. `"3"`.' })]
      : []),
    ...(spec.etag
      ? [
          ApiHeader({ name: 'If-None-Match', required: false, description: 'The `ETag` you have, e.g. `"3"`.' }),
          ApiResponse({ status: 304, description: 'What you have still holds; no body.' }),
        ]
      : []),
    ...(spec.idempotent
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: false,
            description: 'Same key and body: the first answer again.',
          }),
        ]
      : []),
    answerOf(spec, status),
    ...problemsOf(spec, secured),
  );
}

function answerOf(spec: OperationSpec, status: number): MethodDecorator {
  if (spec.page) {
    pageItems.add(spec.page);
    return ApiResponse(pageResponse(spec.page, status));
  }
  if (spec.answer) {
    const headers = spec.etag ? { headers: { ETag: header('The version of the answer.', '"3"') } } : {};
    return ApiResponse({ status, description: 'Done.', type: spec.answer, ...headers });
  }
  if (spec.raw) {
    const schema = { type: 'string' as const };
    return ApiResponse({ status, description: spec.raw.description, content: { [spec.raw.mediaType]: { schema } } });
  }
  return ApiResponse({ status, description: status === 204 ? 'Done; no body.' : 'Done.' });
}

const header = (description: string, example: string | number): { description: string; schema: object } => ({
  description,
  schema: { type: typeof example === 'number' ? 'integer' : 'string', example },
});

/** What the problem filter sends with every 429; the last two where a counter refused, not the life of a code. */
const LIMIT_HEADERS = {
  'Retry-After': header('Seconds until it is worth trying again.', 60),
  RateLimit: header('What is left of the limit that refused, and until when.', '"public.requests";r=0;t=60'),
  'RateLimit-Policy': header('That limit: how many in which window.', '"public.requests";q=600;w=60'),
};

const pageResponse = (item: DtoClass, status: number): Parameters<typeof ApiResponse>[0] => ({
  status,
  description: 'One page; `nextCursor` is null on the last one.',
  schema: {
    type: 'object',
    required: ['items', 'nextCursor'],
    properties: {
      items: { type: 'array', items: { $ref: `#/components/schemas/${item.name}` } },
      nextCursor: { type: 'string', nullable: true },
    },
  },
});

function problemsOf(spec: OperationSpec, secured: boolean): MethodDecorator[] {
  const general = [
    HTTP_ERRORS.invalid_request,
    ...(spec.page ? [HTTP_ERRORS.invalid_cursor] : []),
    ...(spec.ifMatch ? [HTTP_ERRORS.precondition_required, HTTP_ERRORS.stale_version] : []),
    ...(spec.idempotent ? [HTTP_ERRORS.idempotency_key_reused] : []),
    ...(spec.bodyBytes === undefined ? [] : [HTTP_ERRORS.body_too_large]),
    HTTP_ERRORS.temporarily_unavailable,
    // Nobody vouches for these callers, so every one of their routes is counted.
    ...(secured && !spec.callers.includes('public') ? [] : [LIMIT_ERRORS.too_many_requests]),
    ...(spec.errors ?? []),
  ];
  const byStatus = new Map<number, { code: string; en: string }[]>();
  for (const e of general) byStatus.set(e.status, [...(byStatus.get(e.status) ?? []), e]);
  if (secured) {
    byStatus.set(401, [{ code: 'unauthenticated', en: 'No valid token.' }]);
    byStatus.set(403, [...(byStatus.get(403) ?? []), { code: 'not_allowed', en: 'This caller may not do this.' }]);
  }
  return [...byStatus].map(([status, errors]) => {
    const codes = [...new Map(errors.map((e) => [e.code, e])).values()];
    return ApiResponse({
      status,
      ...problemResponse(status, codes),
    });
  });
}

/** One status with the codes that come with it: an enum to generate from, and an example of each. */
export function problemResponse(
  status: number,
  codes: readonly { readonly code: string; readonly en: string }[],
): { description: string; content: Record<string, object>; headers?: typeof LIMIT_HEADERS } {
  return {
    description: codes.map((e) => `\`${e.code}\`: ${e.en}`).join('\n\n'),
    ...(status === LIMIT_ERRORS.too_many_requests.status ? { headers: LIMIT_HEADERS } : {}),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { type: 'string', enum: codes.map((e) => e.code) } } },
          ],
        },
        examples: Object.fromEntries(
          codes.map((e) => [
            e.code,
            { value: { type: problemType(e.code), title: e.en, status, code: e.code, requestId: 'req-1' } },
          ]),
        ),
      },
    },
  };
}

const pathId = createParamDecorator((name: string, context: ExecutionContext): string => {
  const params = context.switchToHttp().getRequest<FastifyRequest>().params as Record<string, string>;
  const value = params[name];
  // An id that cannot exist is the same to a stranger as one that does not.
  if (!isId(value)) throw new DomainError(HTTP_ERRORS.not_found);
  return value.toLowerCase();
});

/** A UUID in the path; anything else is 404. */
export const IdParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    pathId(name)(target, key, index);
    if (key === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (descriptor) ApiParam({ name, schema: { type: 'string', format: 'uuid' } })(target, key, descriptor);
  };

/** The version in `If-Match` (`"3"`, `W/"3"` or `3`); absent is 428, unreadable is 412. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) throw new DomainError(HTTP_ERRORS.precondition_required);
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
  return Number(version);
});
