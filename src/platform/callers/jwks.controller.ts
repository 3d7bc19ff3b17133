import { Controller, Get, Header } from '@nestjs/common';
import { List, Text } from '../http/fields.js';
import { Operation } from '../http/operation.js';
import { type PublicJwk, SigningKeys } from './signing-keys.js';

class JwkDto {
  @Text({ max: 16, example: 'OKP' })
  kty: string;

  @Text({ max: 16, example: 'Ed25519' })
  crv: string;

  @Text({ max: 64, description: 'Public key, base64url.', example: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })
  x: string;

  @Text({ max: 64, description: 'RFC 7638 thumbprint.', example: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k' })
  kid: string;

  @Text({ max: 16, example: 'EdDSA' })
  alg: string;

  @Text({ max: 16, example: 'sig' })
  use: string;
}

class JwkSetDto {
  @List(() => JwkDto, { max: 8 })
  keys: JwkDto[];
}

@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=300')
  @Operation({
    summary: 'The public keys of this service',
    description: 'Account tokens, deregistration receipts and audit checkpoints are verified with these.',
    callers: ['public'],
    clauses: ['REG-9', 'DER-6'],
    answer: JwkSetDto,
  })
  jwks(): { keys: PublicJwk[] } {
    return { keys: this.keys.published() };
  }
}
