import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { join, resolve } from 'node:path';
import { AppModule, type AppOptions } from './app.module.js';
import { type Clock, SystemClock } from './kernel/clock.js';
import { periodMs } from './kernel/period.js';
import {
  ConfigError,
  type Environment,
  type LoadedConfig,
  loadConfig,
  StartRefused,
} from './platform/config/load-config.js';
import { publicUrlOf } from './platform/config/public-url.js';
import { RuntimeConfig } from './platform/config/runtime.config.js';
import { startProblems } from './platform/config/start-checks.js';
import { unknownSettings } from './platform/config/unknown-settings.js';
import { DatabaseConfig } from './platform/database/database.config.js';
// Declares its section of the configuration; the senders themselves are loaded where they are used.
import './platform/messages/sms/sms.config.js';
import { migrate, schemaState } from './platform/database/schema.js';
import { startEmbeddedPostgres } from './platform/embedded/embedded-postgres.js';
import { httpAdapter, prepareServer } from './platform/http/http-adapter.js';
import { serveDocs } from './platform/openapi/serve-docs.js';
import { serveQueueDashboard } from './platform/queues/queue-dashboard.js';
import { QueuesConfig } from './platform/queues/queues.config.js';
import { RegistrationConfig } from './modules/registration/registration.config.js';
import { servePages } from './platform/pages/serve-pages.js';
import { Log } from './platform/telemetry/log.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { observeRequests } from './platform/telemetry/observe-requests.js';

export interface Booted {
  readonly app: NestFastifyApplication;
  readonly runtime: RuntimeConfig;
  readonly databaseUrl: string;
  /** Ends the application, then the embedded database if this start began it. */
  stop(): Promise<void>;
}

/** Typed access to one section of a loaded configuration. */
export const section = <T extends object>(config: LoadedConfig, type: new () => T): T => {
  const found = config.get(type);
  if (found === undefined) throw new Error(`no config section ${type.name}`);
  return found as T;
};

/** `PORT`, `ROLE`, `DATABASE_URL`, `REDIS_URL`, `NODE_ENV` under their usual names, as section properties. */
export function withUsualNames(env: Environment): Environment {
  const production = env['NODE_ENV'] === 'production';
  return {
    ...env,
    RUNTIME_PRODUCTION: String(production),
    RUNTIME_EMBEDDED:
      env['RUNTIME_EMBEDDED'] ??
      String(!production && env['DATABASE_URL'] === undefined && env['DATABASE_URL_FILE'] === undefined),
    ...(env['PORT'] === undefined ? {} : { RUNTIME_PORT: env['PORT'] }),
    ...(env['HOST'] === undefined ? {} : { RUNTIME_HOST: env['HOST'] }),
    ...(env['ROLE'] === undefined ? {} : { RUNTIME_ROLE: env['ROLE'] }),
    ...(env['PUBLIC_URL'] === undefined ? {} : { RUNTIME_PUBLIC_URL: env['PUBLIC_URL'] }),
    ...(env['DATA_DIR'] === undefined ? {} : { RUNTIME_DATA_DIR: env['DATA_DIR'] }),
  };
}

/**
 * Brings the service up, not yet listening: configuration, database (embedded, or the given one with its schema
 * checked), modules. Every start goes through here: the server, the command line, the tests.
 */
export async function boot(
  env: Environment,
  givenClock?: Clock,
  extras: NonNullable<AppOptions['extras']> = [],
): Promise<Booted> {
  const config = loadConfig(withUsualNames(env));
  const runtime = section(config, RuntimeConfig);
  const database = section(config, DatabaseConfig);
  const world = await worldOf(runtime);
  const problems = [...unsafeMix(runtime, database), ...startProblems((type) => section(config, type))];
  if (problems.length > 0) throw new ConfigError(problems);
  const clock = givenClock ?? (await clockOf(runtime));
  const embedded =
    database.url === undefined ? await startEmbeddedPostgres({ dir: join(runtime.dataDir, 'postgres') }) : undefined;
  const databaseUrl = embedded?.url ?? database.url ?? '';
  try {
    if (embedded) await migrate(database, databaseUrl);
    else await refuseOldSchema(database, databaseUrl);
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot({ config, databaseUrl, clock, extras: [world, ...extras] }),
      httpAdapter(),
      { bufferLogs: true, abortOnError: false },
    );
    const server: FastifyInstance = app.getHttpAdapter().getInstance();
    const log = app.get(Log);
    app.useLogger(log);
    for (const { name, meant } of unknownSettings(env)) {
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      log.warn(`the environment has ${name}, which no setting reads${hint}`, 'Config');
    }
    observeRequests(server, log, app.get(Metrics));
    await prepareServer(server);
    serveDocs(app, server);
    servePages(server, resolve(runtime.pagesDir), {
      publicUrl: publicUrlOf(runtime),
      captchaScript: captchaScriptOf(section(config, RegistrationConfig)),
      serviceName: runtime.serviceName,
      serviceNameEn: runtime.serviceNameEn,
    });
    if (runtime.role !== 'worker' && section(config, QueuesConfig).dashboard) await serveQueueDashboard(app, server);
    return {
      app,
      runtime,
      databaseUrl,
      stop: async () => {
        const hurry = setTimeout(() => app.getHttpServer().closeAllConnections(), graceMs(runtime));
        await app.close();
        clearTimeout(hurry);
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** A client that does not take its answer does not keep the process alive. */
const graceMs = ({ shutdownDelay, shutdownGrace }: RuntimeConfig): number =>
  periodMs(shutdownDelay) + periodMs(shutdownGrace);

const captchaScriptOf = ({ challenge, hostedCaptchaScript }: RegistrationConfig): string | undefined =>
  challenge === 'hosted' ? hostedCaptchaScript : undefined;

async function clockOf(runtime: RuntimeConfig): Promise<Clock> {
  if (!runtime.embedded || runtime.production) return new SystemClock();
  const { DemoClock } = await import('./demo/demo-clock.js');
  return new DemoClock(runtime.dataDir);
}

/** Loaded only here and only so: in production the files are not even read. The real world brings its own sender. */
async function worldOf(runtime: RuntimeConfig): Promise<NonNullable<AppOptions['extras']>[number]> {
  if (!runtime.embedded || runtime.production) return (await import('./platform/messages/sms/sms.module.js')).SmsModule;
  return (await import('./demo/demo.module.js')).DemoModule;
}

/** The demo world (known keys, readable codes) and production exclude each other. */
function unsafeMix(runtime: RuntimeConfig, database: DatabaseConfig): string[] {
  const problems: string[] = [];
  if (runtime.production && runtime.embedded) problems.push('runtime.embedded: impossible with NODE_ENV=production');
  if (runtime.production && database.url === undefined)
    problems.push('DATABASE_URL: required with NODE_ENV=production');
  return problems;
}

async function refuseOldSchema(database: DatabaseConfig, url: string): Promise<void> {
  const { missing } = await schemaState(database, url);
  if (missing.length === 0) return;
  throw new StartRefused(
    `the database lacks ${missing.length} migration(s): run "npm run migrate" first\n  ${missing.join('\n  ')}`,
  );
}
