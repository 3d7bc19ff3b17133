import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Readiness } from './readiness.js';

/** Ready means: the database answers, and its schema is not behind this release. */
@Injectable()
export class DatabaseReadiness implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    this.readiness.register('database', async () => {
      await this.dataSource.query('SELECT 1');
    });
    this.readiness.register('schema', () => this.schemaIsCurrent());
  }

  /** Asked every time: a database restored from an older backup may come back under the same address. */
  private async schemaIsCurrent(): Promise<void> {
    const applied = await this.dataSource.query<{ name: string }[]>('SELECT name FROM schema_migrations');
    const names = new Set(applied.map((migration) => migration.name));
    const missing = this.dataSource.migrations.filter((migration) => !names.has(migration.constructor.name));
    if (missing.length > 0) throw new Error(`${missing.length} migration(s) missing`);
  }
}
