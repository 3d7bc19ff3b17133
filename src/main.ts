import { type Booted, boot } from './boot.js';
import { readEnvFile } from './platform/config/env-file.js';
import { StartRefused } from './platform/config/load-config.js';
import { Log } from './platform/telemetry/log.js';

async function start(): Promise<Booted> {
  readEnvFile(process.env);
  const booted = await boot(process.env);
  const { port, host } = booted.runtime;
  try {
    await booted.app.listen(port, host);
    return booted;
  } catch (error) {
    await booted.stop();
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new StartRefused(`${host}:${port} is taken: set PORT, or stop what listens there`);
  }
}

const { app, runtime, stop } = await start().catch((error: unknown) => {
  console.error(error instanceof StartRefused ? error.message : error);
  process.exit(1);
});
if (runtime.embedded) {
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  console.log(
    `\naccount-lifecycle is ready\n  API      ${url}/docs\n  console  ${url}/console\n  pages    ${url}/account\n`,
  );
}

// What nobody caught may quote somebody's data: it is told by the log, which hides it, and not by Node.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    app.get(Log).pino.fatal({ context: 'Process', error }, event);
    process.exit(1);
  });
}

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // The embedded server's package ends it on a signal by itself, under the requests that are still in flight.
  process.removeAllListeners(signal);
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
