import type { INestApplicationContext } from '@nestjs/common';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { section, withUsualNames } from '../boot.js';
import { Clock, SystemClock } from '../kernel/clock.js';
import { addPeriod } from '../kernel/period.js';
import { SigningKeys } from '../platform/callers/signing-keys.js';
import { TokensConfig } from '../platform/callers/tokens.config.js';
import { loadConfig } from '../platform/config/load-config.js';
import { CryptoConfig } from '../platform/crypto/crypto.config.js';
import { KEY_PURPOSES, type KeyPurpose } from '../platform/crypto/key-material.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { DirectoryKeyRingStore } from '../platform/crypto/key-ring.store.js';
import type { CliBoot } from './cli-boot.js';
import { type ColumnProgress, KeyRotation } from '../platform/crypto/key-rotation.js';

const SIGNING = 'signing';

/** `keys init`, `keys rotate`, `keys reseal`, `keys list`, `keys retire`. */
export function keysCommand(boot: CliBoot): Command {
  const keys = new Command('keys').description('key ring: versions, rotation, retirement');
  keys
    .command('init')
    .description('make the first keys of an installation in CRYPTO_KEY_DIRECTORY and TOKENS_KEY_FILE; replaces none')
    .action(init);
  keys
    .command('list')
    .description('versions by purpose; never the keys')
    .action(() => withApp(boot, list));
  keys
    .command('rotate')
    .description('add a version, wait until every process knows it, re-encrypt and re-index what is registered')
    .option('--purpose <purpose>', `one of ${[...KEY_PURPOSES, SIGNING].join(', ')}`, 'field')
    .action(({ purpose }: { purpose: string }) =>
      withApp(boot, (app) => (purpose === SIGNING ? rotateSigning(app) : rotate(app, purposeOf(purpose)))),
    );
  keys
    .command('reseal')
    .description('go on with the re-encryption of a rotation that was interrupted')
    .action(() => withApp(boot, reseal));
  keys
    .command('retire')
    .description('forget a version that nothing is sealed under any more')
    .requiredOption('--purpose <purpose>')
    .requiredOption('--key-version <version>')
    .action((options: { purpose: string; keyVersion: string }) =>
      withApp(boot, (app) => retire(app, purposeOf(options.purpose), Number(options.keyVersion))),
    );
  return keys;
}

/** Needs no database: an installation has its keys before it has anything to seal. */
function init(): void {
  const config = loadConfig(withUsualNames(process.env));
  const { keyDirectory } = section(config, CryptoConfig);
  const { keyFile } = section(config, TokensConfig);
  if (keyDirectory === undefined && keyFile === undefined)
    throw new Error('nowhere to put keys: set CRYPTO_KEY_DIRECTORY, TOKENS_KEY_FILE or both');
  if (keyDirectory !== undefined) {
    const made = new KeyRing(new DirectoryKeyRingStore(keyDirectory), new SystemClock()).generateMissing();
    console.log(`${keyDirectory}: ${made.length === 0 ? 'nothing was missing' : `made ${made.join(', ')}`}`);
  }
  if (keyFile !== undefined) {
    const isNew = !existsSync(keyFile);
    console.log(
      `${keyFile}: ${isNew ? 'made' : 'was there'}, signs with ${SigningKeys.fromFile(keyFile, true).current.kid}`,
    );
  }
}

/** What was signed with the former key stays verifiable: it is published on. */
function rotateSigning(app: INestApplicationContext): Promise<void> {
  console.log(`signing: signs with ${app.get(SigningKeys, { strict: false }).rotate()} from now on`);
  return Promise.resolve();
}

async function rotate(app: INestApplicationContext, purpose: KeyPurpose): Promise<void> {
  const ring = app.get(KeyRing, { strict: false });
  const clock = app.get(Clock, { strict: false });
  const activeFrom = addPeriod(clock.now(), app.get(CryptoConfig, { strict: false }).activationDelay);
  const added = ring.add(purpose, activeFrom);
  console.log(`${purpose}: version ${added.version} seals from ${activeFrom.toISOString()}`);
  while (clock.now() < activeFrom) await sleep(Math.min(1_000, activeFrom.getTime() - clock.now().getTime() + 1));
  if (purpose === 'record-key') console.log('now run: retention rewrap-keys');
  else await reseal(app);
}

async function reseal(app: INestApplicationContext): Promise<void> {
  const bars = new MultiBar({ format: '{name} {value} rows', hideCursor: true, noTTYOutput: false }, Presets.legacy);
  const shown = new Map<string, SingleBar>();
  const done = await app.get(KeyRotation, { strict: false }).reseal((progress) => {
    const name = nameOf(progress);
    const bar = shown.get(name) ?? bars.create(Math.max(1, progress.changed), 0, { name });
    shown.set(name, bar);
    bar.setTotal(Math.max(1, progress.changed));
    bar.update(progress.changed, { name });
  });
  bars.stop();
  for (const progress of done)
    console.log(`${nameOf(progress)}: version ${progress.version}, ${progress.changed} changed`);
}

async function retire(app: INestApplicationContext, purpose: KeyPurpose, version: number): Promise<void> {
  if (purpose === 'record-key') throw new Error('record keys are rewrapped and retired by: retention rewrap-keys');
  const left = await app.get(KeyRotation, { strict: false }).inUse(purpose, version);
  if (left.length > 0) {
    throw new Error(`version ${version} is still in use: ${left.map((c) => `${c.table}.${c.column}`).join(', ')}`);
  }
  app.get(KeyRing, { strict: false }).retire(purpose, version);
  console.log(`${purpose}: version ${version} is gone`);
}

function list(app: INestApplicationContext): Promise<void> {
  const ring = app.get(KeyRing, { strict: false });
  for (const purpose of KEY_PURPOSES) {
    for (const v of ring.versions(purpose)) {
      const mark = ring.current(purpose).version === v.version ? ' (current)' : '';
      console.log(`${purpose} ${v.version} active from ${v.activeFrom.toISOString()}${mark}`);
    }
  }
  return Promise.resolve();
}

async function withApp(boot: CliBoot, work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  await work(await boot());
}

const nameOf = (p: ColumnProgress): string => `${p.purpose} ${p.table}.${p.column}`;

function purposeOf(text: string): KeyPurpose {
  const purpose = KEY_PURPOSES.find((p) => p === text);
  if (purpose === undefined) throw new Error(`purpose must be one of ${KEY_PURPOSES.join(', ')}`);
  return purpose;
}
