import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { readPolicyFile } from '../modules/retention/catalogue.js';
import { RecordKeys } from '../modules/retention/keys/record-keys.js';
import { RetentionConfig } from '../modules/retention/retention.config.js';
import { PolicyPreview } from '../modules/retention/policy-preview.js';
import type { CliBoot } from './cli-boot.js';
import { addRunCommands } from './retention-runs.command.js';

/** `retention run` and what steers it, `retention plan`, `retention rewrap-keys`. */
export function retentionCommand(boot: CliBoot): Command {
  const retention = new Command('retention').description('retention policy and runs (2.5(1))');
  addRunCommands(retention, boot);
  retention
    .command('plan')
    .description('what a new policy would do, before it is put in force: counts by class, earliest and latest ends')
    .requiredOption('--policy <file>', 'the new policy')
    .action(async (options: { policy: string }) => plan(await boot(), options.policy));
  retention
    .command('rewrap-keys')
    .description('bring every record key under the current master key; then the old master version can be retired')
    .action(async () => {
      const app = await boot();
      console.log(`${await app.get(RecordKeys, { strict: false }).rewrap()} record keys rewrapped`);
    });
  return retention;
}

async function plan(app: INestApplicationContext, file: string): Promise<void> {
  const { periods } = app.get(RetentionConfig, { strict: false });
  const effect = await app.get(PolicyPreview, { strict: false }).effectOf(readPolicyFile(file, periods));
  console.log(`policy ${effect.from} -> ${effect.to}`);
  for (const problem of effect.problems) console.log(`  would not start: ${problem}`);
  if (effect.problems.length > 0) process.exitCode = 1;
  for (const c of effect.classes) {
    const rule = c.change === 'none' ? 'unchanged' : `${c.before ?? 'absent'} -> ${c.after ?? 'absent'}`;
    const ends = c.earliest === null ? '' : `, ends ${c.earliest.slice(0, 10)} to ${c.latest?.slice(0, 10) ?? ''}`;
    console.log(
      `${c.recordClass.padEnd(28)} ${rule}; live ${c.live}, sealed ${c.retained}, due at once ${c.dueAtOnce}${ends}`,
    );
  }
}
