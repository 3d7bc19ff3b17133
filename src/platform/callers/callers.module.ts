import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { join } from 'node:path';
import { RuntimeConfig } from '../config/runtime.config.js';
import { defineStartCheck } from '../config/start-checks.js';
import { StaffConfig } from './staff.config.js';
import { Authenticator } from './authenticator.js';
import { BearerTokens, refuseStaffIssuer } from './bearer-tokens.js';
import { CallersGuard } from './callers.guard.js';
import { JwksController } from './jwks.controller.js';
import { RouteTable } from './route-table.js';
import { SigningKeys } from './signing-keys.js';
import { TokenIssuer } from './token-issuer.js';
import { TokensConfig } from './tokens.config.js';

/** Keys come from a secret or a file; only embedded mode makes its own. */
export function openSigningKeys(tokens: TokensConfig, runtime: RuntimeConfig): SigningKeys {
  if (tokens.signingKeys !== undefined) return SigningKeys.fromText(tokens.signingKeys);
  if (tokens.keyFile !== undefined) return SigningKeys.fromFile(tokens.keyFile, runtime.embedded);
  if (runtime.embedded) return SigningKeys.fromFile(join(runtime.dataDir, 'keys', 'signing.jwks.json'), true);
  throw new Error('no signing keys: set TOKENS_SIGNING_KEYS(_FILE) or TOKENS_KEY_FILE');
}

defineStartCheck((section) => openSigningKeys(section(TokensConfig), section(RuntimeConfig)));
defineStartCheck((section) => refuseStaffIssuer(section(StaffConfig).issuer, section(RuntimeConfig)));

/** Who calls, and whether they may: every route passes here. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [JwksController],
  providers: [
    { provide: SigningKeys, inject: [TokensConfig, RuntimeConfig], useFactory: openSigningKeys },
    TokenIssuer,
    BearerTokens,
    Authenticator,
    RouteTable,
    { provide: APP_GUARD, useClass: CallersGuard },
  ],
  exports: [SigningKeys, TokenIssuer, BearerTokens, Authenticator, RouteTable],
})
export class CallersModule {}
