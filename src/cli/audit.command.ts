import { Command } from 'commander';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JSONWebKeySet } from 'jose';
import type { CliBoot } from './cli-boot.js';
import {
  checkpointOpener,
  compactJwsIn,
  isRefused,
  type OpenedCheckpoint,
} from '../modules/audit/domain/checkpoint.js';
import { type Verification } from '../modules/audit/domain/verify-chain.js';
import { verifyLines } from '../modules/audit/domain/verify-lines.js';
import { VerifyLogService } from '../modules/audit/verify-log.service.js';

interface VerifyOptions {
  readonly file?: string;
  readonly keys?: string;
  readonly checkpoint?: readonly string[];
  readonly partial?: boolean;
}

/** `audit verify`: against the database, or, with `--file`, an export that anybody holds. */
export function auditCommand(boot: CliBoot): Command {
  const audit = new Command('audit').description('the audit log');
  audit
    .command('verify')
    .description('walk the hash chain and compare it with signed checkpoints; exit 1 names the first bad seq')
    .option('--file <export.jsonl>', 'an export of GET /v1/audit-events?format=jsonl; needs no database')
    .option('--keys <jwks.json>', 'published keys (/.well-known/jwks.json), for --checkpoint')
    .option('--checkpoint <file...>', 'checkpoints: compact JWS, or the answer of GET /v1/audit-checkpoints')
    .option('--partial', 'the export is a cut-out on purpose: it may begin and end anywhere')
    .action(async (options: VerifyOptions) => {
      const result = options.file === undefined ? await verifyDatabase(boot) : await verifyFile(options.file, options);
      report(result);
    });
  return audit;
}

async function verifyDatabase(boot: CliBoot): Promise<Verification> {
  const app = await boot();
  return app.get(VerifyLogService, { strict: false }).verify(showProgress);
}

async function verifyFile(file: string, options: VerifyOptions): Promise<Verification> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  return verifyLines(lines, {
    checkpoints: await openCheckpoints(options),
    partial: options.partial === true,
    onProgress: showProgress,
  });
}

async function openCheckpoints({ checkpoint = [], keys }: VerifyOptions): Promise<OpenedCheckpoint[]> {
  if (checkpoint.length === 0) return [];
  if (keys === undefined) throw new Error('--checkpoint needs --keys: a checkpoint is worth what its signature is');
  const open = checkpointOpener(JSON.parse(readFileSync(keys, 'utf8')) as JSONWebKeySet);
  const found = checkpoint.flatMap((file) => {
    const jws = compactJwsIn(readFileSync(file, 'utf8'));
    if (jws.length === 0) throw new Error(`${file} holds no checkpoint`);
    return jws;
  });
  const opened = await Promise.all(found.map(open));
  // What cannot be believed comes first, so that it is told and not passed over.
  const rank = (c: OpenedCheckpoint): number => (isRefused(c) ? -1 : c.size);
  return opened.sort((a, b) => rank(a) - rank(b));
}

const showProgress = (count: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} events`);
};

function report(result: Verification): void {
  if (process.stderr.isTTY) process.stderr.write('\r');
  const span = result.count === 0 ? 'no events' : `${result.count} events, seq ${result.firstSeq}–${result.lastSeq}`;
  if (result.finding !== null) {
    const { seq, code, message } = result.finding;
    console.log(`NOT OK at seq ${seq}: ${code}: ${message} (${span} are right before it)`);
    process.exitCode = 1;
    return;
  }
  console.log(`ok: ${span}, head ${result.head}, ${result.checkpointsMatched} checkpoints matched`);
  if (result.count > 0 && result.anchor === 'none') {
    console.log('note: nothing vouches for what was before this cut-out');
  }
  if (result.checkpointsMatched === 0) {
    console.log('note: without a checkpoint that others kept, a log rewritten as a whole looks the same');
  }
}
