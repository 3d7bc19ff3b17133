import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';

const TABLES = [
  'reports',
  'case_evidence',
  'case_evidence_files',
  'decisions',
  'rectification_entries',
  'rectification_files',
  'appeal_messages',
  'ban_objections',
  'referral_entries',
] as const;
for (const table of TABLES) {
  // The file of a piece of evidence has its id, and no other.
  registerEncryptedColumn({
    table,
    column: 'sealed',
    idColumn: table === 'case_evidence_files' ? 'evidence_id' : 'id',
  });
}

/** What people wrote, sealed per row. */
@Injectable()
export class SealedTexts {
  constructor(private readonly cipher: FieldCipher) {}

  seal(table: (typeof TABLES)[number], rowId: string, value: unknown): Buffer {
    return this.cipher.seal(JSON.stringify(value), columnContext(table, 'sealed', rowId));
  }

  /** Null once the text was erased. */
  open<T>(table: (typeof TABLES)[number], rowId: string, sealed: Buffer | null): T | null {
    return sealed === null
      ? null
      : (JSON.parse(this.cipher.openText(sealed, columnContext(table, 'sealed', rowId))) as T);
  }
}
