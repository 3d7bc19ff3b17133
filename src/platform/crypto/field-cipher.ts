import { Injectable } from '@nestjs/common';
import { openWith, sealWith, versionOf } from './envelope.js';
import { KeyRing } from './key-ring.js';

/**
 * Seals one column of one row. The context (`columnContext(table, column, rowId)`) is authenticated with it, so that a
 * sealed value copied to another row, column or table does not open there.
 */
@Injectable()
export class FieldCipher {
  constructor(private readonly ring: KeyRing) {}

  seal(plaintext: string | Buffer, context: string): Buffer {
    const { key, version } = this.ring.current('field');
    return sealWith(key, version, typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext, context);
  }

  /** @throws SealBroken on a wrong context, altered bytes, or something that was never sealed */
  open(sealed: Buffer, context: string): Buffer {
    return openWith(this.ring.version('field', versionOf(sealed)).key, sealed, context);
  }

  openText(sealed: Buffer, context: string): string {
    return this.open(sealed, context).toString('utf8');
  }
}

/** `table.column:rowId`, the context of everything that `FieldCipher` seals. */
export const columnContext = (table: string, column: string, rowId: string): string => `${table}.${column}:${rowId}`;
