import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { targetProblem, hostOf } from './address-guard.js';
import { checkedAddress, type PostOptions } from './guarded-post.js';

export interface GuardedRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** No document that we ask for is larger; an answer without end would be the target's way to keep us. */
const MAX_ANSWER_BYTES = 1_000_000;
const NO_BODY = new Set([101, 204, 205, 304]);

/**
 * As `guardedPost`, for what has to be read: every address of the name is public, the connection goes to the address that
 * was checked, a redirect is an answer and never an order, and the answer has an end (attack row 17).
 * @throws Error with a code, never with the address or the target's words: an address may hold a secret
 */
export async function guardedFetch(target: string, asked: GuardedRequest, options: PostOptions): Promise<Response> {
  if (targetProblem(target, options) !== undefined) throw new Error('target_refused');
  const url = new URL(target);
  const pinned = await checkedAddress(hostOf(url), options);
  if ('failure' in pinned) throw new Error(pinned.failure);
  const { body } = asked;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done, failed) => {
    const sent = request(
      url,
      {
        method: asked.method,
        headers: { ...asked.headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
        agent: false,
        signal: AbortSignal.timeout(options.timeoutMs),
        lookup: (_host, lookupOptions, callback) => {
          if (lookupOptions.all) callback(null, [{ ...pinned }]);
          else callback(null, pinned.address, pinned.family);
        },
      },
      (response) => void responseOf(response).then(done, failed),
    );
    sent.on('error', (error: NodeJS.ErrnoException) => failed(new Error(error.code ?? 'connection_failed')));
    sent.end(body);
  });
}

async function responseOf(message: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      message.destroy();
      throw new Error('answer_too_large');
    }
    chunks.push(chunk);
  }
  const status = message.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, [value ?? ''].flat().join(', '));
  return new Response(NO_BODY.has(status) ? null : Buffer.concat(chunks), { status, headers });
}
