import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/platform/embedded/embedded-postgres.js';
import { builtService } from '../support/commands.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const ROOT = join(import.meta.dirname, '../..');

/** `npm run demo` as a visitor runs it: the built service in one process, the story over HTTP in another. */
describe('the demo scenarios against the built service', () => {
  let dist: string;
  let dataDir: string;
  let db: TestDatabase;
  let service: ChildProcess;
  let said = '';
  const children = new Set<ChildProcess>();
  let env: NodeJS.ProcessEnv;
  let base: string;

  beforeAll(async () => {
    dist = builtService();
    dataDir = mkdtempSync(join(process.env['TEST_SCRATCH'] ?? tmpdir(), 'demo-scenarios-'));
    db = await createDatabase();
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    env = {
      PATH: process.env['PATH'],
      RUNTIME_EMBEDDED: 'true',
      DATABASE_URL: db.url,
      DATA_DIR: dataDir,
      TELEMETRY_LOG_LEVEL: 'fatal',
    };
    // Only the service knows its port, as in two shells: who works on its folder finds it there.
    const own = { ...env, PORT: String(port) };
    service = spawn(process.execPath, [join(dist, 'src/main.js')], { cwd: ROOT, env: own });
    for (const stream of [service.stdout, service.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await ready(`${base}/health/ready`);
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    const gone = new Promise((done) => service.once('exit', done));
    if (service.kill('SIGTERM')) await gone;
    await db.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function ready(url: string): Promise<void> {
    for (let i = 0; i < 200; i += 1) {
      if (service.exitCode !== null) throw new Error(`the service ended:\n${said}`);
      if (
        await fetch(url)
          .then((answer) => answer.ok)
          .catch(() => false)
      )
        return;
      await sleep(250);
    }
    throw new Error('the service did not become ready');
  }

  const run = (...command: string[]): Promise<{ code: number | null; output: string }> => runIn({}, ...command);
  const runIn = (more: NodeJS.ProcessEnv, ...command: string[]): Promise<{ code: number | null; output: string }> =>
    new Promise((done) => {
      const child = spawn(process.execPath, command, { cwd: ROOT, env: { ...env, ...more } });
      children.add(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.once('exit', (code) => {
        children.delete(child);
        done({ code, output });
      });
    });
  const tell = (scenario: string) => run(join(dist, 'src/demo/scenarios/run.js'), '--scenario', scenario);

  it.each(['minor', 'whole-life'])(
    '%s ends well',
    async (scenario) => {
      const { code, output } = await tell(scenario);
      expect(output).toMatch(/\ndone\n$/);
      expect(code).toBe(0);
    },
    180_000,
  );

  it('a token that is printed after a story moved the clock by years is good', async () => {
    const { output } = await run(join(dist, 'src/cli.js'), 'token', '--role', 'ops', '--sub', 'erin');
    const headers = { authorization: `Bearer ${output.trim()}` };
    expect((await fetch(`${base}/v1/review-tasks`, { headers })).status).toBe(200);
    // Its page asks a third party for letters: the browser is told not to.
    const board = await fetch(`${base}/ops/queues`, { headers });
    expect(board.status).toBe(200);
    expect(board.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*style-src 'self' 'unsafe-inline';/,
    );
    expect((await fetch(`${base}/ops/queues`)).status).toBe(401);
  });

  it('says which step does not hold, and exits with 1', async () => {
    const { code, output } = await tell('no-such-story');
    expect(output).toContain('there are');
    expect(code).toBe(1);
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const alone = await runIn({ BASE_URL: nowhere }, join(dist, 'src/demo/scenarios/run.js'));
    expect(alone.output).toContain(`nothing answers at ${nowhere}: start the service`);
    expect(alone.code).toBe(1);
  });
});
