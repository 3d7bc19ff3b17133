import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source.js';
import { DatabaseConfig } from './database.config.js';
import { Replica } from './replica.js';
import { Transactor } from './transactor.js';

/** The one data source and the one way to open a transaction on it. */
@Global()
@Module({})
export class DatabaseModule {
  /** @param url connection URL of the primary */
  static forRoot(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [DatabaseConfig],
          useFactory: async (config: DatabaseConfig) => ({
            ...(await dataSourceOptions(config, url)),
            autoLoadEntities: true,
            retryAttempts: 10,
            retryDelay: 1000,
          }),
        }),
      ],
      providers: [Transactor, Replica],
      exports: [Transactor, Replica],
    };
  }
}
