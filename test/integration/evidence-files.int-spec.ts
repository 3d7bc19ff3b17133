import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../src/kernel/ids.js';
import { EvidenceFileCheck } from '../../src/modules/recovery/evidence-file-check.js';
import { codeSentTo, freshPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { S3Server } from '../support/s3-server.js';
import { staffToken } from '../support/tokens.js';

const DAY = 86_400_000;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The same story on both stores: what the files are in must not be seen from outside. */
describe.each(['directory', 's3'] as const)('evidence files in a %s', (store) => {
  let server: S3Server;
  let app: TestApp;
  beforeAll(async () => {
    server = new S3Server();
    server.pageSize = 2;
    app = await startApp({
      env: {
        RECOVERY_APPEALS_PER_ADDRESS: '1000',
        RECOVERY_EVIDENCE_STORE: store,
        RECOVERY_EVIDENCE_BUCKET: 'files',
        S3_ENDPOINT: await server.open(),
        S3_REGION: server.account.region,
        S3_ACCESS_KEY_ID: server.account.accessKeyId,
        S3_SECRET_ACCESS_KEY: server.account.secretAccessKey,
      },
    });
  });
  afterAll(async () => {
    await app.stop();
    server.close();
  });

  const stored = (): string[] =>
    store === 's3'
      ? [...server.objects.keys()].map((key) => key.replace('files/evidence/', ''))
      : readdirSync(join(app.dataDir, 'evidence'));
  const file = async (): Promise<{ id: string; token: string }> => {
    const newPhone = freshPhone();
    await app.http.post('/v1/recovery-appeals/codes', { phone: newPhone });
    const code = await codeSentTo(app, newPhone);
    const body = {
      lostPhone: freshPhone(),
      newPhone,
      code,
      statement: '手机遗失，无法接收验证码。',
      displayName: '小鲸',
    };
    return (await app.http.post<{ id: string; token: string }>('/v1/recovery-appeals', body)).body;
  };
  const upload = async (appeal: { id: string; token: string }): Promise<string> => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(PNG)], { type: 'image/png' }), 'id.png');
    const path = `${app.url}/v1/recovery-appeals/${appeal.id}/evidence`;
    const answer = await fetch(path, { method: 'POST', headers: { 'recovery-token': appeal.token }, body: form });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  };
  const missing = async (): Promise<string> => (await app.http.get('/metrics')).text;
  const removeOrphans = (): Promise<number> =>
    app.get(EvidenceFileCheck).removeOrphans(new Date(app.clock.now().getTime() + 365 * DAY));

  it('keeps what was uploaded, sealed, and gives it back to the reviewer', async () => {
    const appeal = await file();
    const id = await upload(appeal);
    expect(stored()).toContain(id);
    if (store === 's3') {
      const kept = server.objects.get(`files/evidence/${id}`)?.body;
      expect(kept?.includes(PNG.subarray(0, 8))).toBe(false);
    }
    const token = await staffToken(app, 'moderator', 'rita');
    const path = `${app.url}/v1/recovery-appeals/${appeal.id}/evidence/${id}`;
    const read = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await read.arrayBuffer()).equals(PNG)).toBe(true);
  });

  it('R26 a file whose row is gone goes; a file with a row, and what is not ours, stay', async () => {
    const appeal = await file();
    const [gone, kept] = [await upload(appeal), await upload(appeal)];
    const foreign = 'listing.csv';
    if (store === 's3') server.objects.set(`files/evidence/${foreign}`, { body: PNG, modifiedAt: new Date(0) });
    else writeFileSync(join(app.dataDir, 'evidence', foreign), PNG);
    await app.db.query('DELETE FROM recovery_evidence WHERE id = $1', [gone]);
    expect(await removeOrphans()).toBe(1);
    expect(stored()).not.toContain(gone);
    expect(stored()).toEqual(expect.arrayContaining([kept, foreign]));
    expect(await removeOrphans()).toBe(0);
  });

  it('R27 R46 the same bytes of two people are two files: the end of one leaves the other, and a copy of it is noise', async () => {
    const [mine, theirs] = [await file(), await file()];
    const [gone, kept] = [await upload(mine), await upload(theirs)];
    const bytes = (id: string): Buffer =>
      store === 's3'
        ? (server.objects.get(`files/evidence/${id}`)?.body ?? Buffer.alloc(0))
        : readFileSync(join(app.dataDir, 'evidence', id));
    // A backup of the store, from before.
    const copy = bytes(gone);
    expect(copy.equals(bytes(kept))).toBe(false);
    await app.db.query('DELETE FROM recovery_evidence WHERE id = $1', [gone]);
    expect(await removeOrphans()).toBe(1);
    const token = await staffToken(app, 'moderator', 'rita');
    const read = await fetch(`${app.url}/v1/recovery-appeals/${theirs.id}/evidence/${kept}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(Buffer.from(await read.arrayBuffer()).equals(PNG)).toBe(true);
    // Nothing is left that could open it: its key went with the row.
    expect(copy.includes(PNG.subarray(0, 8))).toBe(false);
    const keys = await app.db.query<{ key: Buffer }>('SELECT file_key AS key FROM recovery_evidence');
    for (const { key } of keys) expect(copy.includes(key)).toBe(false);
  });

  it('a file that was just written is not judged: its row may be under way', async () => {
    if (store === 's3') server.objects.set(`files/evidence/${newId()}`, { body: PNG, modifiedAt: new Date() });
    else writeFileSync(join(app.dataDir, 'evidence', newId()), PNG);
    expect(await app.get(EvidenceFileCheck).removeOrphans(new Date(Date.now() - 3_600_000))).toBe(0);
    expect(await removeOrphans()).toBe(1);
  });

  it('a row whose file is gone is told once, by metric, event and audit; back again, it is well again', async () => {
    const appeal = await file();
    const id = await upload(appeal);
    expect(await missing()).toContain('recovery_evidence_files_missing 0');
    const copy = server.objects.get(`files/evidence/${id}`);
    if (store === 's3') server.objects.delete(`files/evidence/${id}`);
    else rmSync(join(app.dataDir, 'evidence', id));
    for (let i = 0; i < 2; i += 1) {
      app.clock.advance(8 * DAY);
      await app.drain();
    }
    const [row] = await app.db.query('SELECT file_missing_since FROM recovery_evidence WHERE id = $1', [id]);
    expect(row).toMatchObject({ file_missing_since: expect.any(Date) });
    expect(await missing()).toContain('recovery_evidence_files_missing 1');
    const told = `SELECT 1 FROM audit_events WHERE type = 'recovery_appeal.evidence_missing' AND target_id = $1`;
    expect(await app.db.query(told, [appeal.id])).toHaveLength(1);
    if (copy) server.objects.set(`files/evidence/${id}`, copy);
    else writeFileSync(join(app.dataDir, 'evidence', id), PNG);
    app.clock.advance(8 * DAY);
    await app.drain();
    expect(await missing()).toContain('recovery_evidence_files_missing 0');
  });
});
