import { Command } from 'commander';
import { section, withUsualNames } from '../boot.js';
import { loadConfig } from '../platform/config/load-config.js';
import { DatabaseConfig } from '../platform/database/database.config.js';
import { migrate, schemaState } from '../platform/database/schema.js';

/** `migrate` brings the schema of `DATABASE_URL` up to this release; `migrate --check` only tells. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('apply the database migrations that are missing')
    .option('--check', 'change nothing; exit 1 when something is missing')
    .action(async (options: { check?: boolean }) => {
      const database = section(loadConfig(withUsualNames(process.env)), DatabaseConfig);
      if (database.url === undefined) {
        console.log('embedded mode migrates itself at start; set DATABASE_URL to migrate a server');
        return;
      }
      if (options.check) {
        const { applied, missing } = await schemaState(database, database.url);
        console.log(`${applied.length} applied, ${missing.length} missing`);
        for (const name of missing) console.log(`  ${name}`);
        if (missing.length > 0) process.exitCode = 1;
        return;
      }
      const done = await migrate(database, database.url);
      console.log(done.length === 0 ? 'nothing to do' : done.map((name) => `applied ${name}`).join('\n'));
    });
}
