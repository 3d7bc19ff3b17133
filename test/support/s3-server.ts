import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LocalServer } from './local-server.js';

interface StoredObject {
  readonly body: Buffer;
  modifiedAt: Date;
}

export interface S3Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * A store on this machine that speaks the S3 API as far as the service uses it, and believes nobody: it recomputes every
 * signature from the secret that it knows, and the digest of every payload. Written from the description of Signature
 * Version 4, sharing no code with the client.
 */
export class S3Server extends LocalServer {
  readonly objects = new Map<string, StoredObject>();
  readonly seen: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  /** Answers instead of the store: a status for this request, or undefined to serve it. */
  fault: (method: string, key: string) => number | 'drop' | 'drop_after' | undefined = () => undefined;
  pageSize = 1000;
  readonly account: S3Account = { accessKeyId: 'AKTEST', secretAccessKey: 'a/secret+of=tests', region: 'cn-test-1' };

  protected receive(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    const method = request.method ?? 'GET';
    this.seen.push({ method, path: url.pathname + url.search, headers: request.headers });
    const key = decodeURIComponent(url.pathname.slice(1));
    const refusal = refusalOf(this.account, request, url, body);
    if (refusal !== undefined) return fail(response, 403, refusal);
    const fault = this.fault(method, key);
    if (fault === 'drop') return void request.socket.destroy();
    if (typeof fault === 'number') return fail(response, fault, 'InternalError');
    if (fault === 'drop_after') {
      this.serve(method, key, url, request, body);
      return void request.socket.destroy();
    }
    const { status, content, type } = this.serve(method, key, url, request, body);
    response.writeHead(status, { 'content-type': type ?? 'application/octet-stream' });
    response.end(method === 'HEAD' ? undefined : content);
  }

  private serve(
    method: string,
    key: string,
    url: URL,
    request: IncomingMessage,
    body: Buffer,
  ): { status: number; content?: string | Buffer; type?: string } {
    if (method === 'GET' && url.searchParams.get('list-type') === '2') return this.list(key, url.searchParams);
    const found = this.objects.get(key);
    switch (method) {
      case 'PUT':
        if (request.headers['content-length'] === undefined) return { status: 411 };
        if (request.headers['if-none-match'] === '*' && found) return { status: 412 };
        this.objects.set(key, { body, modifiedAt: new Date() });
        return { status: 200 };
      case 'DELETE':
        this.objects.delete(key);
        return { status: 204 };
      default:
        return found
          ? { status: 200, content: found.body }
          : { status: 404, content: '<Error><Code>NoSuchKey</Code></Error>' };
    }
  }

  private list(bucket: string, query: URLSearchParams): { status: number; content: string; type: string } {
    const root = bucket.replace(/\/?$/, '/');
    const prefix = query.get('prefix') ?? '';
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token.slice(2), 'base64').toString();
    const keys = [...this.objects.keys()]
      .filter((k) => k.startsWith(root + prefix))
      .map((k) => k.slice(root.length))
      .filter((k) => k > after)
      .sort();
    const page = keys.slice(0, this.pageSize);
    const truncated = keys.length > page.length;
    const contents = page.map((k) => {
      const at = this.objects.get(root + k)?.modifiedAt.toISOString() ?? '';
      return `<Contents><Key>${encodeURIComponent(k)}</Key><LastModified>${at}</LastModified></Contents>`;
    });
    // A token with a character that XML has to escape.
    const next = `t&amp;${Buffer.from(page.at(-1) ?? '').toString('base64')}`;
    const content = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <IsTruncated>${truncated}</IsTruncated>${truncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}
      ${contents.join('')}</ListBucketResult>`;
    return { status: 200, content, type: 'application/xml' };
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Why the request is not believed; undefined: it is. */
function refusalOf(account: S3Account, request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const { accessKeyId, secretAccessKey, region } = account;
  const header = (name: string): string => String(request.headers[name] ?? '');
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    );
  if (given === null) return 'AuthorizationHeaderMalformed';
  const [, id, day, place, signedHeaders = '', signature] = given;
  if (id !== accessKeyId || place !== region) return 'InvalidAccessKeyId';
  const at = header('x-amz-date');
  if (at.slice(0, 8) !== day) return 'RequestTimeTooSkewed';
  if (header('x-amz-content-sha256') !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const signed = signedHeaders.split(';');
  const mustBeSigned = [
    'host',
    ...Object.keys(request.headers).filter((n) => n.startsWith('x-amz-') || n === 'if-none-match'),
  ];
  if (mustBeSigned.some((name) => !signed.includes(name))) return 'UnsignedHeaders';
  const query = [...url.searchParams]
    .map(([k, v]) => `${encoded(k)}=${encoded(v)}`)
    .sort()
    .join('&');
  const canonical = [
    request.method,
    url.pathname
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    query,
    ...signed.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    header('x-amz-content-sha256'),
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = ['s3', 'aws4_request'].reduce(
    (last: Buffer, part) => hmac(last, part),
    hmac(hmac(`AWS4${secretAccessKey}`, day ?? ''), region),
  );
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return expected === signature ? undefined : 'SignatureDoesNotMatch';
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}
