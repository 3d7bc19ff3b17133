import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { freePort, startEmbeddedPostgres } from '../../platform/embedded/embedded-postgres.js';
import { Api, check, until } from './api.js';
import { applyToLeave, coolOff, decide, type Leaver, passFinalNotice, preview, reach } from './leaving.js';
import { type Registered, register, signIn } from './person.js';
import { World } from './world.js';

const BUILT = resolve(import.meta.dirname, '../../..');
const LIVE = 'account_lifecycle';
const BACKUP = 'account_lifecycle_backup';

/** A service of its own on a database of its own, which the story may break. */
class Instance {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly base: string,
  ) {}

  static on(databaseUrl: string, folder: string, port: number): Instance {
    const base = `http://127.0.0.1:${port}`;
    // No configuration of the surrounding shell but the way to programs: this instance is the story's alone.
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: databaseUrl,
      RUNTIME_EMBEDDED: 'true',
      DATA_DIR: folder,
      PORT: String(port),
      TELEMETRY_LOG_LEVEL: 'fatal',
    };
    return new Instance(env, base);
  }

  get world(): World {
    return new World(this.base, this.env);
  }

  /** @returns exit code and output of a command, beside the running service */
  cli(...args: string[]): { code: number; output: string } {
    try {
      const file = join(BUILT, 'src/cli.js');
      return { code: 0, output: execFileSync(process.execPath, [file, ...args], { env: this.env, encoding: 'utf8' }) };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, output: `${stdout}${stderr}` };
    }
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(BUILT, 'src/main.js')], { env: this.env, stdio: 'ignore' });
    this.child = child;
    await until('the service answers', async () => {
      check(child.exitCode === null, 'the service has not ended at its start');
      return (await this.health('live').catch(() => 0)) === 200 ? true : undefined;
    });
  }

  /** @returns the status of `/health/live` or `/health/ready` */
  async health(what: 'live' | 'ready'): Promise<number> {
    return (await new Api(this.base).call('GET', `/health/${what}`)).status;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

/** A backup from before somebody left is restored: the service does not serve until the erasure is done again (DER-5, R9). */
export async function restoredBackup(world: World): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-restore-'));
  // The database never runs as root; its system user has to be able to enter.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({ dir: join(folder, 'postgres'), database: LIVE });
  const instance = Instance.on(server.url, folder, await freePort());
  try {
    const migrated = instance.cli('migrate');
    check(migrated.code === 0, `the schema is there: ${migrated.output}`);
    await story(world, instance, server.url);
  } finally {
    await instance.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function story(teller: World, instance: Instance, databaseUrl: string): Promise<void> {
  await instance.start();
  teller.step('operation', `an instance of its own: ${instance.base}`);
  const leaving = await register(instance.world);
  const staying = await register(instance.world);
  await until('readiness', async () => ((await instance.health('ready')) === 200 ? true : undefined));
  await instance.stop();
  await copy(databaseUrl, LIVE, BACKUP);
  teller.step('operation', 'two people have registered; a backup of the database is made');

  await instance.start();
  const { id } = await leave(instance.world, leaving);
  await instance.stop();
  teller.step('2.5, DER-3', `one of them leaves: ${id} completed, receipt issued`);

  await copy(databaseUrl, BACKUP, LIVE);
  check(await knows(databaseUrl, leaving.accountId), 'the backup still has the person');
  teller.step('operation', 'the database is lost, the backup restored: in it, the person has never left');
  await instance.start();
  check((await instance.health('ready')) === 503, 'a database older than the ledger is not ready');
  const status = instance.cli('erasure', 'status');
  check(status.code === 1 && status.output.includes(leaving.accountId), `erasure status tells: ${status.output}`);
  teller.step('DER-5', 'the service starts and is not ready: the erasure ledger knows more than the database');
  teller.tell(status.output.split('\n')[0] ?? '');

  const replayed = instance.cli('erasure', 'replay');
  check(replayed.code === 0, `the replay succeeds: ${replayed.output}`);
  teller.step('DER-5', 'erasure replay: holds first, then erasures');
  teller.tell(replayed.output.trim().split('\n').at(-1) ?? '');
  await until('readiness', async () => ((await instance.health('ready')) === 200 ? true : undefined));
  await until('the person is gone again', async () =>
    (await knows(databaseUrl, leaving.accountId)) ? undefined : true,
  );
  check(await knows(databaseUrl, staying.accountId), 'whoever stayed is still there');
  teller.step('DER-5', 'ready; the person who left is gone again, the other is untouched');
  const next = await register(instance.world, { phone: leaving.phone });
  check(next.accountId !== leaving.accountId, 'the number is free for somebody else');
  await signIn(instance.world, staying.phone);
  teller.step('2.5', 'the number is free, and whoever stayed signs in');
}

async function leave(world: World, person: Registered): Promise<Leaver> {
  const { coolingOff } = await preview(await signIn(world, person.phone));
  const leaver = await applyToLeave(world, person);
  await coolOff(world, coolingOff);
  await decide(world, leaver, 'bob', 'approve', 'conditions_met');
  await passFinalNotice(world, leaver);
  await reach(leaver, 'completed');
  return leaver;
}

/** What dump and restore amount to: the target is exactly the source, and nothing else of it. Nobody is connected. */
async function copy(databaseUrl: string, from: string, to: string): Promise<void> {
  await withClient(databaseUrl.replace(/[^/]*$/, 'postgres'), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS "${to}" WITH (FORCE)`);
    await client.query(`CREATE DATABASE "${to}" TEMPLATE "${from}"`);
  });
}

const knows = (databaseUrl: string, accountId: string): Promise<boolean> =>
  withClient(databaseUrl, async (client) => {
    const { rowCount } = await client.query(
      'SELECT 1 FROM accounts WHERE id = $1 AND (birth_date IS NOT NULL OR EXISTS (SELECT 1 FROM identifier_claims WHERE account_id = $1))',
      [accountId],
    );
    return rowCount === 1;
  });

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
