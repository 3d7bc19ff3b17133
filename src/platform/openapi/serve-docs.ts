import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { serveStatic } from '../http/static-files.js';
import { openApiDocument } from './document.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>account-lifecycle API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, tagsSorter: 'alpha' });\n`;

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** `GET /openapi.json` and Swagger UI at `/docs`. Built once: the routes do not change while the process runs. */
export function serveDocs(app: INestApplication, server: FastifyInstance): void {
  let text: string | undefined;
  server.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(openApiDocument(app));
    return reply.header('content-type', 'application/json').header('cache-control', 'no-cache').send(text);
  });
  server.get('/docs/start.js', (_request, reply) => reply.header('content-type', 'text/javascript').send(START));
  server.get('/docs/', (_request, reply) => page(reply));
  server.get('/docs/index.html', (_request, reply) => page(reply));
  serveStatic(server, {
    root: dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
    prefix: '/docs/assets',
    only: ['swagger-ui.css', 'swagger-ui-bundle.js'],
  });
  server.get('/docs', (_request, reply) => page(reply));
}

const page = <T extends { header(name: string, value: string): T; send(body: string): T }>(reply: T): T =>
  reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', CSP).send(PAGE);
