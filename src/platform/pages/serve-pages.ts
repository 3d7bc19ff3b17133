import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HTTP_ERRORS } from '../http/http.errors.js';
import { sendProblem } from '../http/problem.filter.js';
import { serveStatic } from '../http/static-files.js';

/** What the build left in the pages where the nonce goes (`html.cspNonce` in console/vite.config.ts). */
const NONCE_MARK = /__CSP_NONCE__/g;
/** What the pages for people hold where the name of the service goes. */
const NAME_MARK = /__SERVICE_NAME(_EN)?__/g;

/**
 * Nothing from elsewhere, no inline script, no frame around us. Styles that the component library generates while it
 * runs carry the nonce of this one answer, so that `unsafe-inline` is not needed (docs/decisions/0005-*.md).
 */
const policyWith = (nonce: string, widget: string | undefined): string =>
  [
    "default-src 'none'",
    `script-src 'self'${widget === undefined ? '' : ` ${widget}`}`,
    ...(widget === undefined ? [] : [`frame-src ${widget}`]),
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

interface PagesOptions {
  /** Address of a hosted captcha's script, where one is configured: its origin may run on the account pages, and there alone. */
  readonly captchaScript?: string | undefined;
  readonly serviceName: string;
  readonly serviceNameEn: string;
  /** Where the service is known; see `publicUrlOf`. */
  readonly publicUrl: string;
}

/**
 * The built pages: the console below `/console`, a person's own pages below `/account`, a guardian's below
 * `/account/guardian`. A start without a build (the tests of the API) has no pages and answers 404 there.
 */
export function servePages(server: FastifyInstance, root: string, options: PagesOptions): void {
  const { captchaScript } = options;
  const widget = captchaScript === undefined ? undefined : new URL(captchaScript).origin;
  const home = new URL(options.publicUrl);
  const page = (name: string) => (request: FastifyRequest, reply: FastifyReply) =>
    isOtherLoopback(request.headers.host, home)
      ? reply.redirect(`${home.origin}${request.url}`)
      : sendPage(request, reply, join(root, name), options, name === 'account.html' ? widget : undefined);
  serveStatic(server, { root: join(root, 'static'), prefix: '/console/static', immutable: 'assets' });
  for (const [prefix, name] of [
    ['/console', 'index.html'],
    ['/account', 'account.html'],
    ['/account/guardian', 'guardian.html'],
  ] as const) {
    server.get(prefix, page(name));
    server.get(`${prefix}/*`, page(name));
  }
}

/**
 * Whether somebody at this very machine typed `localhost` where the service calls itself 127.0.0.1. What a page keeps in the
 * browser belongs to one host name, and issuers send people back to ours: begun under another, a sign-in finds nothing.
 */
const isOtherLoopback = (host: string | undefined, home: URL): boolean =>
  home.hostname === '127.0.0.1' && host === `localhost:${home.port}`;

/** A page is never stored: its nonce belongs to one answer. What it loads has its hash in the name and is kept. */
async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
  { serviceName, serviceNameEn }: PagesOptions,
  widget: string | undefined,
): Promise<unknown> {
  const html = await readFile(file, 'utf8').catch(() => undefined);
  if (html === undefined || /\.[a-z0-9]{1,8}$/i.test(request.url.split('?')[0] ?? '')) {
    sendProblem(request, reply, HTTP_ERRORS.not_found);
    return reply;
  }
  const nonce = randomBytes(16).toString('base64');
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policyWith(nonce, widget))
    .header('cache-control', 'no-store')
    .send(
      html
        .replace(NONCE_MARK, nonce)
        .replace(NAME_MARK, (_, english?: string) => inAttribute(english ? serviceNameEn : serviceName)),
    );
}

const inAttribute = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
