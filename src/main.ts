import { boot } from './boot.js';

const { app, runtime, stop } = await boot(process.env);
await app.listen(runtime.port, runtime.host);

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
