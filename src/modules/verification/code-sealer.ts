import { Injectable } from '@nestjs/common';
import { addressGroup } from '../../platform/callers/client-address.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Locale } from '../../platform/http/locale.js';
import { boundCode, sameDigest } from './domain/code.js';

/** What waits to be sent; only ever sealed in the database, for as long as it waits. */
export interface CodeMessage {
  readonly to: string;
  readonly code: string;
  readonly locale: Locale;
}

type Binding = Parameters<typeof boundCode>[0];

/** The keyed side of codes: digests to check by, and the sealed message (row 4). */
@Injectable()
export class CodeSealer {
  constructor(
    private readonly cipher: FieldCipher,
    private readonly blindIndex: BlindIndex,
  ) {}

  destinationOf(e164: string): string {
    return this.blindIndex.of('code-destination', e164);
  }

  /** Who asked for a code, to count by: a household or a server, never the address itself. */
  addressOf(ip: string): string {
    return this.blindIndex.of('code-address', addressGroup(ip));
  }

  /** Under every key version that is still in use. */
  destinationsOf(e164: string): string[] {
    return this.blindIndex.allVersions('code-destination', e164);
  }

  digestOf(binding: Binding): string {
    return this.blindIndex.of('one-time-code', boundCode(binding));
  }

  /** Every key version is compared, whichever fits: the time does not tell which. */
  fits(binding: Binding, digest: string): boolean {
    const digests = this.blindIndex.allVersions('one-time-code', boundCode(binding));
    return digests.map((candidate) => sameDigest(candidate, digest)).includes(true);
  }

  seal(issueId: string, message: CodeMessage): Buffer {
    return this.cipher.seal(JSON.stringify(message), contextOf(issueId));
  }

  open(issueId: string, sealed: Buffer): CodeMessage {
    return JSON.parse(this.cipher.openText(sealed, contextOf(issueId))) as CodeMessage;
  }
}

const contextOf = (issueId: string): string => columnContext('verification_codes', 'sealed_message', issueId);
