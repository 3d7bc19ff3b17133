import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { preferredLanguage } from '../i18n/language.ts';
import { Problem, type ProblemDocument, UNREACHABLE } from './problem.ts';
import type { components, paths } from './schema.d.ts';

export type Api = Client<paths>;
export type Schemas = components['schemas'];

/** A client generated from the OpenAPI document: a route or a field that the service lacks does not compile. */
export function createApi(headersOf: () => Record<string, string>): Api {
  const api = createClient<paths>({ baseUrl: location.origin });
  const headers: Middleware = {
    onRequest({ request }) {
      for (const [name, value] of Object.entries({ 'accept-language': preferredLanguage(), ...headersOf() }))
        request.headers.set(name, value);
      return request;
    },
  };
  api.use(headers);
  return api;
}

interface Answer<Body> {
  readonly data?: Body;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body, or a thrown `Problem`: `const task = await ask(api.GET('/v1/review-tasks/{id}', …))`. */
export async function ask<Body>(call: Promise<Answer<Body>>): Promise<Body> {
  let answer: Answer<Body>;
  try {
    answer = await call;
  } catch {
    throw new Problem(UNREACHABLE);
  }
  if (answer.response.ok) return answer.data as Body;
  throw new Problem({ ...problemOf(answer.error, answer.response), ...waitOf(answer.response) });
}

/** How long to wait before asking again, where the service says so. */
function waitOf({ headers }: Response): { readonly retryAfterSeconds?: number } {
  const seconds = Number(headers.get('retry-after') ?? '');
  return seconds > 0 ? { retryAfterSeconds: seconds } : {};
}

function problemOf(body: unknown, response: Response): ProblemDocument {
  if (typeof body === 'object' && body !== null && 'code' in body && 'status' in body) return body as ProblemDocument;
  return { status: response.status, code: 'unexpected_answer', title: response.statusText };
}

/** A key for one decision, made when the form is opened and kept until it succeeds: pressed twice, decided once. */
export const newKey = (): string => crypto.randomUUID();
