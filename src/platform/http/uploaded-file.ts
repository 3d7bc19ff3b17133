import type {} from '@fastify/multipart';
import { StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { fileTypeFromBuffer } from 'file-type';
import { DomainError } from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from './http.errors.js';

export interface UploadedFile {
  readonly name: string;
  readonly content: Buffer;
}

/** In bytes. A photograph of a document fits; what is larger says nothing more. */
export const MOST_PROOF_BYTES = 5 * 1024 * 1024;

/** What people may send as proof: pictures and PDF. */
const PROOF_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'];

/**
 * The one file of a multipart request; undefined where there is none.
 * @throws DomainError unsupported_media_type, body_too_large
 */
export async function readUpload(request: FastifyRequest, maxBytes?: number): Promise<UploadedFile | undefined> {
  if (!request.isMultipart()) throw new DomainError(HTTP_ERRORS.unsupported_media_type);
  const part = await request.file({
    limits: { files: 1, ...(maxBytes === undefined ? {} : { fileSize: maxBytes }) },
  });
  if (part === undefined) return undefined;
  const content = await part.toBuffer();
  // The parser cuts a file at the limit and does not always say so.
  if (part.file.truncated) throw new DomainError(HTTP_ERRORS.body_too_large);
  return { name: part.filename, content };
}

/** What a file is, its bytes say, not its name or header. @returns undefined for what is not taken as proof */
export async function proofTypeOf(content: Buffer): Promise<string | undefined> {
  if (content.length === 0) return undefined;
  const found = (await fileTypeFromBuffer(content))?.mime;
  return PROOF_TYPES.find((each) => each === found);
}

/** How an operation that answers with a file documents it (`raw`). */
export const ATTACHMENT = {
  mediaType: 'application/octet-stream',
  description: 'The file, as an attachment.',
} as const;

/** A file for the disk of whoever may read it: never shown in place, whatever it holds. */
export const attachment = (
  id: string,
  { mediaType, content }: { mediaType: string; content: Buffer },
): StreamableFile =>
  new StreamableFile(content, {
    type: mediaType,
    disposition: `attachment; filename="${id}"`,
    length: content.length,
  });
