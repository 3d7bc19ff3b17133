import { AwsClient } from 'aws4fetch';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { periodMs } from '../../kernel/period.js';
import { ConfigError } from '../config/load-config.js';
import { type ListedObject, listingOf } from './s3-listing.js';
import type { S3Config } from './s3.config.js';

const ATTEMPTS = 3;
const PAUSE_MS = 100;
/** What our keys are made of; anything else would be encoded one way here and another way there. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/** The store did not do it: `code` is a status or `unreachable`, never what the store or the object said. */
export class ObjectStoreFailure extends Error {
  override readonly name = 'ObjectStoreFailure';

  constructor(
    readonly operation: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`object store: ${operation}: ${code}`, options);
  }
}

interface Call {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Statuses that are answers and not failures. */
  readonly answers: readonly number[];
}

/** One prefix of one bucket, over the S3 API and signed with Signature Version 4, the payload included. */
export class S3Bucket {
  private readonly client: AwsClient;
  private readonly address: URL;

  /** @throws ConfigError where the store is not fully described */
  constructor(
    private readonly config: S3Config,
    private readonly bucket: string | undefined,
    private readonly prefix: string,
  ) {
    const { endpoint, accessKeyId, secretAccessKey, sessionToken, region } = config;
    const missing = Object.entries({ endpoint, accessKeyId, secretAccessKey, bucket }).filter(([, value]) => !value);
    if (missing.length > 0) throw new ConfigError(missing.map(([name]) => `s3: ${name} is needed`));
    if (prefix !== '' && !KEY.test(prefix)) throw new ConfigError([`s3: the prefix ${prefix} is no plain path`]);
    this.address = addressOf(new URL(endpoint ?? ''), bucket ?? '', config.addressing);
    this.client = new AwsClient({
      accessKeyId: accessKeyId ?? '',
      secretAccessKey: secretAccessKey ?? '',
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: 's3',
      region,
    });
  }

  /** For people and for records of where something lies; no secret in it. */
  get name(): string {
    return `s3://${this.bucket}/${this.prefix}`;
  }

  async put(key: string, body: Buffer): Promise<void> {
    await this.drained({ operation: 'put', method: 'PUT', key, body, answers: [200] });
  }

  /** Creates, never overwrites. @returns false when the key is taken, perhaps by an earlier attempt of this very call */
  async create(key: string, body: Buffer): Promise<boolean> {
    const headers = { 'if-none-match': '*' };
    const status = await this.drained({ operation: 'create', method: 'PUT', key, body, headers, answers: [200, 412] });
    return status === 200;
  }

  /** Undefined: it is not there. */
  async get(key: string): Promise<Buffer | undefined> {
    return this.asked({ operation: 'get', method: 'GET', key, answers: [200, 404] }, async (answer) => {
      const body = Buffer.from(await answer.arrayBuffer());
      return answer.status === 404 ? undefined : body;
    });
  }

  async has(key: string): Promise<boolean> {
    return (await this.drained({ operation: 'head', method: 'HEAD', key, answers: [200, 404] })) === 200;
  }

  /** Not there is as good as removed. */
  async remove(key: string): Promise<void> {
    await this.drained({ operation: 'remove', method: 'DELETE', key, answers: [200, 204, 404] });
  }

  /** In the order of the keys, page by page; keys without the prefix. */
  async *list(after?: string): AsyncIterable<ListedObject[]> {
    let continued: Record<string, string> = after === undefined ? {} : { 'start-after': this.prefix + after };
    for (;;) {
      const query = { 'list-type': '2', 'encoding-type': 'url', prefix: this.prefix, ...continued };
      const page = await this.asked({ operation: 'list', method: 'GET', query, answers: [200] }, async (answer) =>
        listingOf(await answer.text()),
      );
      yield page.objects.map((o) => ({ ...o, key: o.key.slice(this.prefix.length) }));
      if (page.next === undefined) return;
      continued = { 'continuation-token': page.next };
    }
  }

  private drained(call: Call): Promise<number> {
    return this.asked(call, async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    });
  }

  /** Tries again what may pass by itself; every call here may be repeated without harm. */
  private async asked<T>(call: Call, read: (answer: Response) => Promise<T>): Promise<T> {
    if (call.key !== undefined && !KEY.test(call.key)) throw new Error('object store: not a plain key');
    for (let attempt = 1; ; attempt += 1) {
      let code = 'unreachable';
      try {
        const answer = await this.once(call);
        if (call.answers.includes(answer.status)) return await read(answer);
        await answer.body?.cancel();
        code = `http_${answer.status}`;
        // 409: two conditional creations of one key at once; S3 asks to come again.
        if (answer.status < 500 && answer.status !== 429 && answer.status !== 409) attempt = ATTEMPTS;
      } catch (error) {
        if (attempt >= ATTEMPTS) throw new ObjectStoreFailure(call.operation, code, { cause: error });
      }
      if (attempt >= ATTEMPTS) throw new ObjectStoreFailure(call.operation, code);
      await sleep(PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  private async once({ method, key, query, headers, body }: Call): Promise<Response> {
    const url = new URL(this.address);
    if (key !== undefined) url.pathname += this.prefix + key;
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signed = await this.client.sign(url.href, {
      method,
      headers: {
        ...headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
      ...(body === undefined ? {} : { body }),
    });
    const signal = AbortSignal.timeout(periodMs(this.config.timeout));
    return fetch(signed, { redirect: 'error', signal });
  }
}

function addressOf(endpoint: URL, bucket: string, addressing: S3Config['addressing']): URL {
  const address = new URL(endpoint);
  if (addressing === 'host') address.hostname = `${bucket}.${endpoint.hostname}`;
  const base = address.pathname.replace(/\/+$/, '');
  address.pathname = addressing === 'host' ? `${base}/` : `${base}/${bucket}/`;
  return address;
}
