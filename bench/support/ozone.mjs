import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { call } from './client.mjs';
import { expect } from './service.mjs';
import { freePort, startProcess } from './world.mjs';

const FOLDER = join(import.meta.dirname, '../peers/ozone');
const PASSWORD = 'a-password-that-only-this-measurement-knows';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A subject nobody has judged yet, in Ozone's words. */
const subjectOf = (n) => {
  let name = '';
  for (let rest = n, i = 0; i < 24; i += 1, rest = Math.floor(rest / 32)) name += LETTERS[rest % 32];
  return { $type: 'com.atproto.admin.defs#repoRef', did: `did:plc:${name}` };
};

/** Ozone on the measurement's PostgreSQL, installed beside its lock file on first use. */
export async function startOzone(databaseUrl) {
  if (!existsSync(join(FOLDER, 'node_modules')))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    OZONE_ADMIN_PASSWORD: PASSWORD,
  };
  const running = await startProcess(
    [join(FOLDER, 'server.mjs')],
    env,
    async () => (await call(url, 'GET', '/xrpc/_health')).status === 200,
  );
  const headers = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };
  return {
    ...running,
    suspend: async (n) => {
      const event = {
        $type: 'tools.ozone.moderation.defs#modEventTakedown',
        durationInHours: 72,
        comment: 'Abusive language.',
        strikeCount: 1,
      };
      const body = { event, subject: subjectOf(n), createdBy: 'did:plc:adminaaaaaaaaaaaaaaaaaaa' };
      expect(await call(url, 'POST', '/xrpc/tools.ozone.moderation.emitEvent', body, headers), 200);
    },
    queuePage: async () =>
      expect(await call(url, 'GET', '/xrpc/tools.ozone.moderation.queryStatuses?limit=50', undefined, headers), 200),
  };
}
