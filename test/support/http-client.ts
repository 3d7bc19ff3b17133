import { undocumented } from './documented-refusals.js';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

interface Extra {
  readonly headers?: Record<string, string>;
}

/** A small real HTTP client. It throws on no status, but on a refusal that the document of the route does not name. */
export class HttpClient {
  constructor(
    readonly base: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  with(token: string): HttpClient {
    return new HttpClient(this.base, { ...this.headers, authorization: `Bearer ${token}` });
  }

  withHeaders(headers: Record<string, string>): HttpClient {
    return new HttpClient(this.base, { ...this.headers, ...headers });
  }

  get<T = Record<string, unknown>>(path: string, extra?: Extra): Promise<Answer<T>> {
    return this.send('GET', path, undefined, extra);
  }

  post<T = Record<string, unknown>>(path: string, body?: unknown, extra?: Extra): Promise<Answer<T>> {
    return this.send('POST', path, body, extra);
  }

  put<T = Record<string, unknown>>(path: string, body?: unknown, extra?: Extra): Promise<Answer<T>> {
    return this.send('PUT', path, body, extra);
  }

  patch<T = Record<string, unknown>>(path: string, body?: unknown, extra?: Extra): Promise<Answer<T>> {
    return this.send('PATCH', path, body, extra);
  }

  delete<T = Record<string, unknown>>(path: string, body?: unknown, extra?: Extra): Promise<Answer<T>> {
    return this.send('DELETE', path, body, extra);
  }

  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    extra: Extra = {},
  ): Promise<Answer<T>> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.headers,
        ...extra.headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown = text;
    if ((response.headers.get('content-type') ?? '').includes('json') && text !== '') {
      try {
        parsed = JSON.parse(text);
      } catch {
        // JSON Lines and the like stay text
      }
    }
    const { code } = (parsed ?? {}) as { code?: unknown };
    if (response.status >= 400 && typeof code === 'string') {
      const gap = undocumented(method, path, response.status, code);
      if (gap !== undefined) throw new Error(gap);
    }
    return { status: response.status, headers: response.headers, body: parsed as T, text };
  }
}
