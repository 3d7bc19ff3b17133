import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

type Headed = Readonly<Record<string, string>>;

/** The API as a scenario uses it: what is not expected ends the scenario with the problem document in its message. */
export class Api {
  constructor(
    readonly base: string,
    private readonly headed: Headed = {},
  ) {}

  as(token: string): Api {
    return this.with({ authorization: `Bearer ${token}` });
  }

  /** The same API with these headers on every request: `Receipt-Token`, `Recovery-Token`. */
  with(headers: Headed): Api {
    return new Api(this.base, { ...this.headed, ...headers });
  }

  get<T>(path: string, expected = [200]): Promise<T> {
    return this.expect<T>('GET', path, undefined, expected);
  }

  post<T>(path: string, body: unknown = {}, options: { expected?: number[]; ifMatch?: number } = {}): Promise<T> {
    return this.expect<T>('POST', path, body, options.expected ?? [200, 201, 202, 204], options.ifMatch);
  }

  put<T>(path: string, body: unknown = {}, options: { expected?: number[]; ifMatch?: number } = {}): Promise<T> {
    return this.expect<T>('PUT', path, body, options.expected ?? [200, 204], options.ifMatch);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.expect<T>('PATCH', path, body, [200]);
  }

  delete<T>(path: string, body?: unknown): Promise<T> {
    return this.expect<T>('DELETE', path, body, [200, 202, 204]);
  }

  /** What must be refused, with exactly this problem code; anything else ends the scenario. */
  async refused<T = unknown>(code: string, method: string, path: string, body?: unknown, ifMatch?: number): Promise<T> {
    const answer = await this.call<T & { code?: string }>(method, path, body, ifMatch);
    if (answer.status >= 400 && answer.body.code === code) return answer.body;
    throw new Error(
      `${method} ${path} should be refused as ${code}, answered ${answer.status}: ${JSON.stringify(answer.body)}`,
    );
  }

  async call<T>(method: string, path: string, body?: unknown, ifMatch?: number): Promise<Answer<T>> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        'accept-language': 'en',
        ...this.headed,
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    }).catch((error: unknown) => {
      if ((error as { cause?: { code?: string } }).cause?.code !== 'ECONNREFUSED') throw error;
      throw new Error(`nothing answers at ${this.base}: start the service (npm start), or say where with BASE_URL`);
    });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return { status: response.status, body: (json ? JSON.parse(text) : text) as T, headers: response.headers };
  }

  private async expect<T>(
    method: string,
    path: string,
    body: unknown,
    expected: number[],
    ifMatch?: number,
  ): Promise<T> {
    const answer = await this.call<T>(method, path, body, ifMatch);
    if (!expected.includes(answer.status)) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }
}

/** Asks until `found` says something, at most `seconds` long. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** What a scenario claims. It ends where a claim does not hold. */
export function check(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(`this should hold and does not: ${claim}`);
}
