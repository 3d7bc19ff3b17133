import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isPeriod } from '../kernel/period.js';
import type { ReplayResult } from '../modules/registration/domain/replay.js';
import { ReplayRulesService } from '../modules/registration/replay-rules.service.js';
import type { CliBoot } from './cli-boot.js';

interface ReplayOptions {
  readonly policy: string;
  readonly since: string;
  readonly list: string;
  readonly json?: boolean;
}

/** `registration-rules replay`: what a changed policy would have decided about the attempts of the last days. */
export function registrationRulesCommand(boot: CliBoot): Command {
  const rules = new Command('registration-rules').description('the rules on malicious registration (2.3)');
  rules
    .command('replay')
    .description('run recorded attempts through another policy and print what would change; changes nothing')
    .requiredOption('--policy <file.yaml>', 'the policy to try')
    .option('--since <period>', 'how far back, ISO 8601', 'P7D')
    .option('--list <n>', 'print so many of the changed decisions', '20')
    .option('--json', 'print the whole result as JSON')
    .action(async (options: ReplayOptions) => {
      if (!isPeriod(options.since)) throw new Error('--since must be an ISO 8601 duration such as P7D');
      const source: unknown = parse(readFileSync(options.policy, 'utf8'));
      const app = await boot();
      const result = await app.get(ReplayRulesService, { strict: false }).replay(source, options.since, showProgress);
      if (options.json) console.log(JSON.stringify(result, null, 2));
      else report(result, Number(options.list));
    });
  return rules;
}

const showProgress = (count: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} attempts`);
};

function report(result: ReplayResult, list: number): void {
  if (process.stderr.isTTY) process.stderr.write('\r');
  console.log(`${result.attempts} recorded decisions, ${result.changes.length} would change`);
  for (const [turn, count] of Object.entries(result.totals).sort())
    console.log(`  ${turn.replace('>', ' → ').padEnd(24)} ${count}`);
  if (Object.keys(result.byRule).length > 0) console.log('rules that would fire:');
  for (const [rule, count] of Object.entries(result.byRule).sort((a, b) => b[1] - a[1]))
    console.log(`  ${rule.padEnd(40)} ${count}`);
  for (const c of result.changes.slice(0, list)) {
    console.log(`${c.at.toISOString()}  ${c.id}  ${c.stage}  ${c.before} → ${c.after}  ${c.rules.join(', ')}`);
  }
  if (result.changes.length > list) console.log(`… and ${result.changes.length - list} more (--list, --json)`);
  if (result.notReplayable.length > 0) {
    console.log(
      `note: names and addresses are not kept, so these rules were judged by the lists of their day: ${result.notReplayable.join(', ')}`,
    );
  }
}
