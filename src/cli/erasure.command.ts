import { Command } from 'commander';
import { ErasureReplay } from '../modules/retention/erasure-replay.js';
import { LedgerKeeper } from '../modules/retention/ledger-keeper.js';
import { MoveLedgerService } from '../modules/retention/move-ledger.service.js';
import type { CliBoot } from './cli-boot.js';

/** `erasure status`, `erasure replay`, `erasure copy-ledger`. */
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
