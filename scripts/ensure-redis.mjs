#!/usr/bin/env node
/**
 * Says where `redis-server` is; installs it with the platform's package manager when it is missing.
 * `node scripts/ensure-redis.mjs [--find]`: prints the path; with --find it installs nothing. Exit 1: there is none.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ELSEWHERE = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** @returns {string | undefined} path of redis-server (or its fork valkey-server) */
export function findRedis() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...ELSEWHERE];
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

const can = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

function install() {
  // RUNLEVEL: only the program is wanted, not a running service.
  const run = (command, args) => {
    console.error(`redis-server is missing: running ${command} ${args.join(' ')}`);
    execFileSync(command, args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    });
  };
  if (process.platform === 'darwin' && can('brew')) return run('brew', ['install', 'redis']);
  if (process.getuid?.() === 0 && can('apt-get')) {
    run('apt-get', ['update', '-qq']);
    return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server']);
  }
  console.error('redis-server is missing and cannot be installed here: install it, or put it on PATH');
}

export function ensureRedis() {
  const found = findRedis();
  if (found !== undefined) return found;
  try {
    install();
  } catch (error) {
    console.error(`installing redis-server failed: ${error.message}`);
  }
  return findRedis();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv.includes('--find') ? findRedis() : ensureRedis();
  if (path === undefined) process.exitCode = 1;
  else console.log(path);
}
