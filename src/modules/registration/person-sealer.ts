import { Injectable } from '@nestjs/common';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';

/** What somebody filled in, as long as it is not yet an account. Stands in the database only sealed. */
export interface Person {
  /** E.164; absent where somebody registers with a third-party account. */
  readonly phone?: string;
  readonly region?: string;
  /** Known once the provider has vouched for it (2.2); kept where the account opens later. */
  readonly thirdParty?: { readonly issuer: string; readonly subject: string };
  readonly birthDate: string;
  readonly displayName?: string;
  readonly deviceId?: string;
  readonly acceptances: readonly { readonly documentId: string; readonly version: string }[];
  readonly guardian?: { readonly phone: string; readonly relationship: string };
  readonly ip: string;
  readonly userAgent?: string;
}

@Injectable()
export class PersonSealer {
  constructor(private readonly cipher: FieldCipher) {}

  seal(registrationId: string, person: Person): Buffer {
    return this.cipher.seal(JSON.stringify(person), contextOf(registrationId));
  }

  open(registrationId: string, sealed: Buffer): Person {
    return JSON.parse(this.cipher.openText(sealed, contextOf(registrationId))) as Person;
  }
}

const contextOf = (id: string): string => columnContext('registrations', 'sealed_person', id);
