import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { LoadedConfig } from './load-config.js';

/** Gives every declared section under its own class. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: LoadedConfig): DynamicModule {
    const providers = [...config].map(([section, value]) => ({ provide: section, useValue: value }));
    return { module: ConfigModule, providers, exports: providers.map((p) => p.provide) };
  }
}
