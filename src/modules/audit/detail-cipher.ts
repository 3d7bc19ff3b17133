import { Injectable } from '@nestjs/common';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';

/** Whose details, and which. */
export interface DetailSubject {
  readonly eventId: string;
  readonly accountId?: string | undefined;
}

/** Seals what stands beside an audit event. A port: one key for all today, a key per subject where that is bound. */
export abstract class DetailCipher {
  abstract seal(plaintext: string, subject: DetailSubject): Buffer;
  abstract open(sealed: Buffer, subject: DetailSubject): string;
}

registerEncryptedColumn({ table: 'audit_event_details', column: 'sealed', idColumn: 'event_id', idType: 'uuid' });

@Injectable()
export class FieldDetailCipher extends DetailCipher {
  constructor(private readonly cipher: FieldCipher) {
    super();
  }

  seal(plaintext: string, subject: DetailSubject): Buffer {
    return this.cipher.seal(plaintext, contextOf(subject));
  }

  open(sealed: Buffer, subject: DetailSubject): string {
    return this.cipher.openText(sealed, contextOf(subject));
  }
}

const contextOf = ({ eventId }: DetailSubject): string => columnContext('audit_event_details', 'sealed', eventId);
