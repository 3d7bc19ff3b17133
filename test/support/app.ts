import type { INestApplication } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppOptions } from '../../src/app.module.js';
import { boot } from '../../src/boot.js';
import { Background } from '../../src/platform/outbox/background.js';
import { MovableClock } from '../../src/kernel/clock.js';
import { createDatabase, type TestDatabase } from './database.js';
import { HttpClient } from './http-client.js';

export interface TestApp {
  /** `http://127.0.0.1:<port>` of a really listening server. */
  readonly url: string;
  readonly clock: MovableClock;
  readonly db: TestDatabase;
  /** A client without a token; `http.with(token)` gives one with. */
  readonly http: HttpClient;
  /** The Nest application, for `app.get(Service)` where a test drives a door directly. */
  readonly app: INestApplication;
  readonly dataDir: string;
  get<T>(type: abstract new (...args: never[]) => T): T;
  /** Relay, subscribers, jobs, webhooks and sweeps, until nothing that is due by the clock is left. */
  drain(): Promise<void>;
  /** The same without the sweeps, which are most of the work: enough for what follows from a request at once. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Environment variables on top of the test defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Use this database instead of a fresh one (it is then not dropped). */
  readonly db?: TestDatabase;
  readonly dataDir?: string;
  readonly clock?: MovableClock;
  /** Modules that only this start has, e.g. one with a subscriber to watch. */
  readonly extras?: NonNullable<AppOptions['extras']>;
}

/** The whole service, embedded mode, on its own real database, listening on a free port. */
export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const db = options.db ?? (await createDatabase());
  const dataDir = options.dataDir ?? mkdtempSync(join(process.env['TEST_SCRATCH'] ?? tmpdir(), 'data-'));
  const clock = options.clock ?? new MovableClock();
  const booted = await boot(
    {
      NODE_ENV: 'test',
      CONFIG_DIR: process.env['TEST_CONFIG_DIR'] ?? 'config',
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: db.url,
      RUNTIME_EMBEDDED: 'true',
      // Its packages need require() of ES modules, which Jest has not on Node 20; the browser suite starts real processes.
      QUEUES_DASHBOARD: 'false',
      TELEMETRY_LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      ...options.env,
    },
    clock,
    options.extras,
  );
  await booted.app.listen(booted.runtime.port, '127.0.0.1');
  const url = (await booted.app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    url,
    clock,
    db,
    http: new HttpClient(url),
    app: booted.app,
    dataDir,
    get: (type) => booted.app.get(type as never, { strict: false }),
    drain: () => booted.app.get(Background, { strict: false }).drain(),
    settle: () => booted.app.get(Background, { strict: false }).settle(),
    stop: async () => {
      await booted.stop();
      if (!options.db) await db.drop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
