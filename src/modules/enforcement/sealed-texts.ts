import { Injectable } from '@nestjs/common';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';

/** What people wrote, sealed per row. */
@Injectable()
export class SealedTexts {
  constructor(private readonly cipher: FieldCipher) {}

  seal(table: string, rowId: string, value: unknown): Buffer {
    return this.cipher.seal(JSON.stringify(value), columnContext(table, 'sealed', rowId));
  }

  /** Null once the text was erased. */
  open<T>(table: string, rowId: string, sealed: Buffer | null): T | null {
    return sealed === null
      ? null
      : (JSON.parse(this.cipher.openText(sealed, columnContext(table, 'sealed', rowId))) as T);
  }
}
