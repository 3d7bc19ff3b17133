import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorDefinition } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { HTTP_ERRORS } from './http.errors.js';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';

const BY_CODE: Readonly<Record<string, ErrorDefinition>> = {
  ERR_HTTP_REQUEST_TIMEOUT: HTTP_ERRORS.request_timeout,
  HPE_HEADER_OVERFLOW: HTTP_ERRORS.headers_too_large,
};

/**
 * What Node cannot read as a request never becomes one: no route, no headers, so no language that was asked for. It is
 * answered with a problem document all the same, and the connection ends.
 */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const definition = BY_CODE[error.code ?? ''] ?? HTTP_ERRORS.malformed_request;
  const requestId = newId();
  const body = JSON.stringify(toProblem(definition, {}, 'zh-CN', requestId));
  const head = [
    `HTTP/1.1 ${definition.status} ${STATUS_CODES[definition.status] ?? ''}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    'content-language: zh-CN',
    'cache-control: no-store',
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
