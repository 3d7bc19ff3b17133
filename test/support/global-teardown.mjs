import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  globalThis.testRedis?.kill('SIGTERM');
  globalThis.testRedis = undefined;
  await globalThis.testPostgres?.stop();
  globalThis.testPostgres = undefined;
  if (globalThis.testFolder) rmSync(globalThis.testFolder, { recursive: true, force: true });
}
