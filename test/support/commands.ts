import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built service and its command line, as an operator has them. */
export interface BuiltService {
  cli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended>;
  /** A story of the demo, as `npm run demo` tells it. */
  demo(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended>;
  /** The server itself; for starts that are refused, for it is waited for. */
  server(env: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): void;
}

/** Builds into a folder of its own: the build of the project may be older than the code under test. */
export function buildService(name: string): BuiltService {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dist = mkdtempSync(join(cache, `${name}-`));
  writeFileSync(join(dist, 'package.json'), '{"type":"module"}');
  const swc = join(ROOT, 'node_modules/.bin/swc');
  execFileSync(swc, ['src', 'migrations', '-d', dist, '--ignore', '**/*.spec.ts', '-q'], { cwd: ROOT });
  const run = (file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [join(dist, file), ...args], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', CONFIG_DIR: process.env['TEST_CONFIG_DIR'] ?? 'config', ...env },
      });
      const said = { out: '', err: '' };
      child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
      child.once('error', fail);
      child.once('close', (code) => done({ code, ...said }));
    });
  return {
    cli: (args, env) => run('src/cli.js', args, env),
    demo: (args, env) => run('src/demo/scenarios/run.js', args, env),
    server: (env) => run('src/main.js', [], env),
    remove: () => rmSync(dist, { recursive: true, force: true }),
  };
}
