import type { INestApplicationContext } from '@nestjs/common';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../kernel/actor.js';
import { RUN_LIFECYCLE } from '../modules/retention/domain/run-lifecycle.js';
import { reportCsv, reportHtml } from '../modules/retention/domain/run-report.js';
import { RetentionRuns } from '../modules/retention/retention-runs.js';
import type { RunClassRow, RunRow } from '../modules/retention/run.store.js';
import { RunWorker } from '../modules/retention/run-worker.js';
import { RUNS_ALWAYS } from '../platform/database/once.js';
import type { CliBoot } from './cli-boot.js';

interface RunOptions {
  readonly dryRun?: boolean;
  readonly class?: string[];
}

const STEERING = {
  pause: 'stop a run after its present batch; it goes on from there with resume',
  resume: 'let a paused run go on where it stopped',
  cancel: 'end a run after its present batch; what it erased stays erased',
} as const;

/** Whoever has a shell here is none of the staff that the issuer knows: no second person is asked of them (C27). */
const operator = (): Actor => ({ kind: 'system', id: `command-line:${userInfo().username}` });

/** `retention run`, and everything that is done with a run: `runs`, `report`, `pause`, `resume`, `cancel`. */
export function addRunCommands(retention: Command, boot: CliBoot): void {
  const runsOf = (app: INestApplicationContext): RetentionRuns => app.get(RetentionRuns, { strict: false });
  retention
    .command('run')
    .description('erase what is past its period, or with --dry-run count it and change nothing')
    .option('--dry-run', 'count only')
    .option('--class <name...>', 'only these record classes')
    .action(async (options: RunOptions) => run(await boot(), options));
  retention
    .command('runs')
    .description('the newest runs with their state; --run <id> shows the progress of one, class by class')
    .option('--run <id>', 'one run')
    .action(async ({ run: id }: { run?: string }) => {
      const runs = runsOf(await boot());
      if (id === undefined) for (const each of await runs.list(undefined, NEWEST)) console.log(lineOf(each));
      else tell(await runs.find(id));
    });
  for (const command of ['pause', 'resume', 'cancel'] as const) {
    retention
      .command(command)
      .argument('<id>', 'the run')
      .description(STEERING[command])
      .action(async (id: string) =>
        console.log(lineOf((await runsOf(await boot()).steer(id, command, operator())).run)),
      );
  }
  retention
    .command('report')
    .argument('<id>', 'the run')
    .addOption(new Option('--format <form>', 'what it is written as').choices(['json', 'csv', 'html']).default('json'))
    .description('the report of a run, to standard output')
    .action(async (id: string, { format }: { format: 'json' | 'csv' | 'html' }) => {
      const { report, hash } = await runsOf(await boot()).report(id);
      if (format === 'csv') console.log(reportCsv(report));
      else if (format === 'html') console.log(reportHtml(report, hash));
      else console.log(JSON.stringify({ ...report, sha256: hash }, null, 2));
    });
}

const NEWEST = 20;

const lineOf = (run: RunRow): string =>
  `${run.id} ${run.requested_at.toISOString()} ${run.dry_run ? 'dry run' : 'run'} ${run.state}`;

function tell({ run, classes }: { readonly run: RunRow; readonly classes: readonly RunClassRow[] }): void {
  console.log(lineOf(run));
  for (const c of classes)
    console.log(`${c.record_class.padEnd(28)} ${c.state}: due ${c.due}, erased ${c.erased}, held ${c.held}`);
}

async function run(app: INestApplicationContext, options: RunOptions): Promise<void> {
  const runs = app.get(RetentionRuns, { strict: false });
  const scope = options.class === undefined ? {} : { recordClasses: options.class };
  const id = await runs.request(RUNS_ALWAYS, options.dryRun === true, scope, operator());
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
