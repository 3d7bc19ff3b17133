import { Command } from 'commander';
import { wholeLife } from './whole-life.scenario.js';
import { World } from './world.js';

/** One story told over HTTP against a running service; ends with an exit code of 0 or with what went wrong. */
type Scenario = (world: World) => Promise<void>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'whole-life': wholeLife,
};

const program = new Command('demo')
  .description('drive a running service (BASE_URL, default http://127.0.0.1:3000) through a story')
  .option('--scenario <name>', Object.keys(SCENARIOS).join(', '), 'whole-life')
  .action(async ({ scenario }: { scenario: string }, command: Command) => {
    const tell = SCENARIOS[scenario];
    if (tell === undefined)
      return command.error(`no scenario ${scenario}; there are ${Object.keys(SCENARIOS).join(', ')}`);
    const base = process.env['BASE_URL'] ?? 'http://127.0.0.1:3000';
    console.log(`scenario ${scenario} against ${base}\n`);
    await tell(new World(base));
    console.log('\ndone');
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`\nthe scenario stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
