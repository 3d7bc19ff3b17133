import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type GuardRules, hostOf, isPublicAddress, targetProblem } from './address-guard.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Asks the resolver; a port, so that a test can be a resolver that changes its mind. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export interface PostOptions extends GuardRules {
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

/** What came back, or a code for why nothing did; never the target's words, which may hold anything. */
export type PostOutcome = { readonly status: number } | { readonly failure: string };

const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * POSTs to an address that somebody else chose (attack row 17): every address of the name must be public, the connection
 * goes to exactly the address that was checked (a name that resolves differently a moment later changes nothing), and a
 * redirect is an answer, never an order.
 */
export async function guardedPost(
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
): Promise<PostOutcome> {
  if (targetProblem(target, options) !== undefined) return { failure: 'target_refused' };
  const url = new URL(target);
  const address = await checkedAddress(hostOf(url), options);
  if ('failure' in address) return address;
  return send(url, address, headers, body, options.timeoutMs);
}

export async function checkedAddress(
  host: string,
  options: PostOptions,
): Promise<ResolvedAddress | { failure: string }> {
  const family = isIP(host);
  const resolve = options.resolve ?? systemResolve;
  const found = family > 0 ? [{ address: host, family }] : await resolve(host).catch(() => []);
  const [first] = found;
  if (first === undefined) return { failure: 'name_not_resolved' };
  // One bad address among good ones is a trap, not a choice.
  return found.every((one) => isPublicAddress(one.address, options)) ? first : { failure: 'address_refused' };
}

function send(
  url: URL,
  pinned: ResolvedAddress,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<PostOutcome> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done) => {
    const sent: ClientRequest = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        lookup: (_host, lookupOptions, callback) => {
          if (lookupOptions.all) callback(null, [{ ...pinned }]);
          else callback(null, pinned.address, pinned.family);
        },
      },
      (response: IncomingMessage) => {
        // The status is all that counts; a body without end would be the target's way to keep us.
        const { statusCode = 0 } = response;
        response.destroy();
        done({ status: statusCode });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => done({ failure: codeOf(error) }));
    sent.end(body);
  });
}

const codeOf = (error: NodeJS.ErrnoException): string => {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timeout';
  return typeof error.code === 'string' && /^[A-Z0-9_]{1,60}$/.test(error.code)
    ? error.code.toLowerCase()
    : 'connection_failed';
};
