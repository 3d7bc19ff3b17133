import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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
}

/**
 * The service as built from the sources under test (the build of the project may be older): once a run, by whichever suite
 * comes first, into a folder that the end of the run removes.
 */
export function builtService(): string {
  const dist = process.env['TEST_BUILD'];
  if (dist === undefined) throw new Error('TEST_BUILD is not set: run through jest');
  const done = join(dist, 'built');
  const turn = join(dist, 'turn');
  for (let tries = 0; tries < 3_000; tries += 1) {
    if (existsSync(done)) return dist;
    try {
      mkdirSync(turn);
    } catch {
      // Another suite builds; it takes a few seconds.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      continue;
    }
    const swc = join(ROOT, 'node_modules/.bin/swc');
    execFileSync(swc, ['src', 'migrations', '-d', dist, '--ignore', '**/*.spec.ts', '-q'], { cwd: ROOT });
    writeFileSync(done, '');
    return dist;
  }
  throw new Error('the suite that was to build the service never finished');
}

export function commands(): BuiltService {
  const dist = builtService();
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
  };
}
