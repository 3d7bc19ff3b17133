import { Command } from 'commander';
import { type Booted, boot } from './boot.js';
import { agreementsCommand } from './cli/agreements.command.js';
import { auditCommand } from './cli/audit.command.js';
import type { CliBoot } from './cli/cli-boot.js';
import { readEnvFile } from './platform/config/env-file.js';
import { erasureCommand } from './cli/erasure.command.js';
import { keysCommand } from './cli/keys.command.js';
import { migrateCommand } from './cli/migrate.command.js';
import { openapiCommand } from './cli/openapi.command.js';
import { receiptCommand } from './cli/receipt.command.js';
import { registrationRulesCommand } from './cli/registration-rules.command.js';
import { retentionCommand } from './cli/retention.command.js';
import { tokenCommand } from './cli/token.command.js';

let booted: Booted | undefined;

/** Commands run as role `api`: they do their own work and leave the queues to the workers. */
const cliBoot: CliBoot = async () => {
  booted ??= await boot({ TELEMETRY_LOG_LEVEL: 'warn', ...process.env, ROLE: 'api' });
  await booted.app.init();
  return booted.app;
};

const program = new Command('account-lifecycle')
  .description('The account lifecycle service: operator commands')
  .showHelpAfterError()
  .addCommand(migrateCommand())
  .addCommand(tokenCommand())
  .addCommand(agreementsCommand(cliBoot))
  .addCommand(auditCommand(cliBoot))
  .addCommand(keysCommand(cliBoot))
  .addCommand(openapiCommand(cliBoot))
  .addCommand(receiptCommand())
  .addCommand(registrationRulesCommand(cliBoot))
  .addCommand(retentionCommand(cliBoot))
  .addCommand(erasureCommand(cliBoot));

try {
  readEnvFile(process.env);
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await booted?.stop();
}
// The embedded server's exit hook ends an idle process with 0, whatever went wrong: end it with what was found.
process.exit();
