import { Instant, Int, Text, Uuid } from './fields.js';

/** A file that somebody showed: what it is, never what is in it. */
export class ProofFileDto {
  @Uuid()
  id: string;

  @Text({ max: 60, description: 'By content, whatever it was called.', example: 'image/png' })
  mediaType: string;

  @Int({ min: 1, max: 100_000_000, example: 48_213 })
  sizeBytes: number;

  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, example: 'a'.repeat(64) })
  sha256: string;

  @Instant()
  addedAt: string;
}
