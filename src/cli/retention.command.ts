import type { INestApplicationContext } from '@nestjs/common';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUN_LIFECYCLE } from '../modules/retention/domain/run-lifecycle.js';
import { RUNS_ALWAYS } from '../platform/database/once.js';
import { readPolicyFile } from '../modules/retention/catalogue.js';
import { ErasureReplay } from '../modules/retention/erasure-replay.js';
import { LedgerKeeper } from '../modules/retention/ledger-keeper.js';
import { MoveLedgerService } from '../modules/retention/move-ledger.service.js';
import { RecordKeys } from '../modules/retention/keys/record-keys.js';
import { PolicyPreview } from '../modules/retention/policy-preview.js';
import { RetentionRuns } from '../modules/retention/retention-runs.js';
import { RunWorker } from '../modules/retention/run-worker.js';
import type { RunClassRow } from '../modules/retention/run.store.js';
import type { CliBoot } from './cli-boot.js';

interface RunOptions {
  readonly dryRun?: boolean;
  readonly class?: string[];
}

/** `retention run`, `retention plan`, `retention rewrap-keys`. */
export function retentionCommand(boot: CliBoot): Command {
  const retention = new Command('retention').description('retention policy and runs (2.5(1))');
  retention
    .command('run')
    .description('erase what is past its period, or with --dry-run count it and change nothing')
    .option('--dry-run', 'count only')
    .option('--class <name...>', 'only these record classes')
    .action(async (options: RunOptions) => run(await boot(), options));
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

/** `erasure status`, `erasure replay`. */
export function erasureCommand(boot: CliBoot): Command {
  const erasure = new Command('erasure').description('the erasure ledger, which outlives database backups');
  erasure
    .command('status')
    .description('entries of the ledger that this database lacks; exit 1 when there are any')
    .action(async () => {
      const app = await boot();
      const missing = await app.get(LedgerKeeper, { strict: false }).missing();
      console.log(
        missing.length === 0 ? 'the database knows every entry of the ledger' : `${missing.length} entries missing`,
      );
      for (const entry of missing) console.log(`  ${entry.at} ${entry.kind} ${entry.accountId ?? ''}`);
      if (missing.length > 0) process.exitCode = 1;
    });
  erasure
    .command('replay')
    .description('carry out on a restored database what the ledger knows more: holds first, then erasures')
    .action(async () => {
      const app = await boot();
      const done = await app
        .get(ErasureReplay, { strict: false })
        .replay((entry) => console.log(`${entry.kind} ${entry.accountId ?? ''} of ${entry.at}`));
      console.log(`${done.holds} hold changes, ${done.erasures} erasures, ${done.shreddedRows} rows without a key`);
    });
  erasure
    .command('copy-ledger')
    .description('bring the ledger to another place and read it back; may be run again. Stop the service first')
    .requiredOption('--to <place>', 's3 (RETENTION_LEDGER_BUCKET) or file')
    .action(async ({ to }: { to: string }) => {
      if (to !== 's3' && to !== 'file') throw new Error('--to is s3 or file');
      const app = await boot();
      const { found, copied } = await app
        .get(MoveLedgerService, { strict: false })
        .copy(to, (n) => process.stderr.isTTY && process.stderr.write(`\r${n} entries`));
      console.log(`${found} entries, ${copied} of them new in ${to}; every one read back and equal`);
      console.log(`now start the service with RETENTION_LEDGER_STORE=${to}`);
    });
  return erasure;
}

async function run(app: INestApplicationContext, options: RunOptions): Promise<void> {
  const runs = app.get(RetentionRuns, { strict: false });
  const scope = options.class === undefined ? {} : { recordClasses: options.class };
  const id = await runs.request(RUNS_ALWAYS, options.dryRun === true, scope, {
    kind: 'staff',
    id: userInfo().username,
    role: 'ops',
  });
  const bars = progressBars();
  await app.get(RunWorker, { strict: false }).work(id, bars.show);
  // A worker of the running service may have taken it: then this only watches.
  for (let view = await runs.find(id); !RUN_LIFECYCLE.isTerminal(view.run.state); view = await runs.find(id)) {
    for (const line of view.classes) bars.show(line);
    await sleep(500);
  }
  bars.stop();
  const { report, hash } = await runs.report(id);
  const { run: done } = await runs.find(id);
  for (const c of report.classes) {
    const error = c.error === null ? '' : `, failed: ${c.error}`;
    console.log(`${c.recordClass.padEnd(28)} due ${c.due}, erased ${c.erased}, held ${c.held}${error}`);
  }
  console.log(`${options.dryRun === true ? 'dry run' : 'run'} ${id} ${done.state}; report sha256 ${hash}`);
  if (done.state !== 'completed') process.exitCode = 1;
}

function progressBars(): { show: (line: RunClassRow) => void; stop: () => void } {
  const bars = new MultiBar(
    { format: '{name} {bar} {value}/{total}', hideCursor: true, noTTYOutput: false },
    Presets.shades_grey,
  );
  const shown = new Map<string, SingleBar>();
  return {
    show: (line) => {
      const total = Math.max(line.due, line.erased);
      if (total === 0) return;
      const name = line.record_class.padEnd(28);
      const bar = shown.get(line.record_class) ?? bars.create(total, 0, { name });
      shown.set(line.record_class, bar);
      bar.setTotal(total);
      bar.update(line.state === 'done' ? total : line.erased, { name });
    },
    stop: () => bars.stop(),
  };
}

async function plan(app: INestApplicationContext, file: string): Promise<void> {
  const effect = await app.get(PolicyPreview, { strict: false }).effectOf(readPolicyFile(file));
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
