import { type Booted, boot } from './boot.js';
import { ConfigError } from './platform/config/load-config.js';

/** A configuration that is refused is the operator's to mend: its problems, without our stack. */
async function start(): Promise<Booted> {
  try {
    const booted = await boot(process.env);
    await booted.app.listen(booted.runtime.port, booted.runtime.host);
    return booted;
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}

const { app, runtime, stop } = await start();
if (runtime.embedded) {
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  console.log(
    `\naccount-lifecycle is ready\n  API      ${url}/docs\n  console  ${url}/console\n  pages    ${url}/account\n`,
  );
}

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
