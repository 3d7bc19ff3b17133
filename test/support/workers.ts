import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestApp } from './app.js';
import { builtService } from './commands.js';

const ROOT = join(import.meta.dirname, '../..');

type Env = Readonly<Record<string, string>>;

/** Real worker processes beside a test's app, on its database and keys, to be killed. */
export class Workers {
  private readonly children = new Set<ChildProcess>();
  private spare: ChildProcess | undefined;

  /** @param env settings that all of them have */
  constructor(
    private readonly app: TestApp,
    private readonly env: Env = {},
  ) {}

  /** Starts one, and has the next read its modules meanwhile: that is most of what a start takes. */
  start(more: Env = {}): ChildProcess {
    const child = this.spare ?? this.spawn();
    this.spare = this.spawn();
    child.send(more);
    return child;
  }

  /** @returns the signal that it ended by */
  ended(child: ChildProcess): Promise<string | null> {
    if (!this.children.has(child)) return Promise.resolve(child.signalCode);
    return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  }

  async end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const gone = this.ended(child);
    child.kill(signal);
    await gone;
  }

  /** SIGKILL; the leases of sweeps that it held run out at once, and not after their minute. */
  async kill(child: ChildProcess): Promise<void> {
    await this.end(child, 'SIGKILL');
    await this.app.db.query('UPDATE sweep_leases SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL');
  }

  /** All that were started; the one that has only read its modules goes on to be the next. */
  async killStarted(): Promise<void> {
    const started = [...this.children].filter((child) => child !== this.spare);
    await Promise.all(started.map((child) => this.kill(child)));
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.children].map((child) => this.end(child, 'SIGKILL')));
  }

  private spawn(): ChildProcess {
    const dist = builtService();
    const warm = join(import.meta.dirname, 'warm-worker.mjs');
    const child = spawn(process.execPath, ['--import', pathToFileURL(warm).href, join(dist, 'src/main.js')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', process.env['TEST_LOG_LEVEL'] === undefined ? 'ignore' : 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        CONFIG_DIR: process.env['TEST_CONFIG_DIR'] ?? 'config',
        NODE_ENV: 'test',
        RUNTIME_ROLE: 'worker',
        RUNTIME_EMBEDDED: 'true',
        PORT: '0',
        DATA_DIR: this.app.dataDir,
        DATABASE_URL: this.app.db.url,
        QUEUES_DASHBOARD: 'false',
        TELEMETRY_LOG_LEVEL: 'fatal',
        TEST_WARM_MODULE: pathToFileURL(join(dist, 'src/app.module.js')).href,
        ...this.env,
      },
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }
}
