export default async function globalTeardown() {
  globalThis.testRedis?.kill('SIGTERM');
  globalThis.testRedis = undefined;
  await globalThis.testPostgres?.stop();
  globalThis.testPostgres = undefined;
}
