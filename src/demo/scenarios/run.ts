import { Command } from 'commander';
import { appeal } from './appeal.scenario.js';
import { bulkAttack } from './bulk-attack.scenario.js';
import { fillConsole } from './console.scenario.js';
import { deregistration } from './deregistration.scenario.js';
import { enforcement } from './enforcement.scenario.js';
import { legalHold } from './legal-hold.scenario.js';
import { minor } from './minor.scenario.js';
import { newAgreement } from './new-agreement.scenario.js';
import { recovery } from './recovery.scenario.js';
import { restoredBackup } from './restored-backup.scenario.js';
import { spamRing } from './spam-ring.scenario.js';
import { wholeLife } from './whole-life.scenario.js';
import { World } from './world.js';

/** One story told over HTTP against a running service; ends with an exit code of 0 or with what went wrong. */
type Scenario = (world: World) => Promise<void>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'whole-life': wholeLife,
  minor,
  'bulk-attack': bulkAttack,
  recovery,
  'new-agreement': newAgreement,
  deregistration,
  'legal-hold': legalHold,
  'restored-backup': restoredBackup,
  enforcement,
  appeal,
  'spam-ring': spamRing,
  console: fillConsole,
};

const program = new Command('demo')
  .description('drive a running service through a story: at BASE_URL, or where the service of DATA_DIR listens')
  .option('--scenario <name>', Object.keys(SCENARIOS).join(', '), 'whole-life')
  .action(async ({ scenario }: { scenario: string }, command: Command) => {
    const tell = SCENARIOS[scenario];
    if (tell === undefined)
      return command.error(`no scenario ${scenario}; there are ${Object.keys(SCENARIOS).join(', ')}`);
    const world = new World(process.env['BASE_URL']);
    console.log(`scenario ${scenario} against ${world.public.base}\n`);
    // One story after the other is no rush of registrations from one address: time has passed in between.
    await world.advance('PT2H');
    await tell(world);
    console.log('\ndone');
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`\nthe scenario stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// The embedded server's exit hook (one story starts one) ends an idle process with 0, whatever went wrong.
process.exit();
