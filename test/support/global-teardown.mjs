import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  globalThis.testRedis?.kill('SIGTERM');
  globalThis.testRedis = undefined;
  await globalThis.testPostgres?.stop();
  globalThis.testPostgres = undefined;
  for (const folder of [globalThis.testFolder, globalThis.testBuild])
    if (folder) rmSync(folder, { recursive: true, force: true });
}
