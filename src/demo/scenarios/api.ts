import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** The API as a scenario uses it: what is not expected ends the scenario with the problem document in its message. */
export class Api {
  constructor(
    readonly base: string,
    private readonly token?: string,
  ) {}

  as(token: string): Api {
    return new Api(this.base, token);
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

  delete<T>(path: string): Promise<T> {
    return this.expect<T>('DELETE', path, undefined, [200, 202, 204]);
  }

  async call<T>(method: string, path: string, body?: unknown, ifMatch?: number): Promise<Answer<T>> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        'accept-language': 'en',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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
  for (let waited = 0; waited < seconds * 5; waited += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
