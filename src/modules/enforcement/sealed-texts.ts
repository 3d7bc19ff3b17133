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
  'appeal_files',
  'ban_objections',
  'ban_objection_files',
  'referral_entries',
  'sanction_notices',
] as const;
for (const table of TABLES) {
  // The file of a piece of evidence has its id, and no other.
  registerEncryptedColumn({
    table,
    column: 'sealed',
    idColumn: table === 'case_evidence_files' ? 'evidence_id' : 'id',
  });
}

const QUOTE = 0x22;

/** What people wrote, sealed per row. */
@Injectable()
export class SealedTexts {
  constructor(private readonly cipher: FieldCipher) {}

  seal(table: (typeof TABLES)[number], rowId: string, value: unknown): Buffer {
    return this.cipher.seal(JSON.stringify(value), columnContext(table, 'sealed', rowId));
  }

  /** A file, as it came. */
  sealBytes(table: (typeof TABLES)[number], rowId: string, content: Buffer): Buffer {
    return this.cipher.seal(content, columnContext(table, 'sealed', rowId));
  }

  /** Null once the file was erased. */
  openBytes(table: (typeof TABLES)[number], rowId: string, sealed: Buffer | null): Buffer | null {
    if (sealed === null) return null;
    const content = this.cipher.open(sealed, columnContext(table, 'sealed', rowId));
    // Files that came before 2026-11-29 are kept as base64 in quotes; no picture and no PDF begins with one.
    return content[0] === QUOTE ? Buffer.from(JSON.parse(content.toString('utf8')) as string, 'base64') : content;
  }

  /** Null once the text was erased. */
  open<T>(table: (typeof TABLES)[number], rowId: string, sealed: Buffer | null): T | null {
    return sealed === null
      ? null
      : (JSON.parse(this.cipher.openText(sealed, columnContext(table, 'sealed', rowId))) as T);
  }
}
