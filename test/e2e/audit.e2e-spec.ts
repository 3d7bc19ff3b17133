import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { auditCommand } from '../../src/cli/audit.command.js';
import { newId } from '../../src/kernel/ids.js';
import { AuditService } from '../../src/modules/audit/audit.service.js';
import { ChainEventsService } from '../../src/modules/audit/chain-events.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

interface Event {
  seq: number | null;
  id: string;
  type: string;
  target: { kind: string; id: string };
}
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

describe('the audit log over HTTP', () => {
  let app: TestApp;
  let auditor: HttpClient;
  const account = newId();

  const record = (n: number, accountId = account): Promise<string> =>
    app.get(Transactor).run((tx) =>
      app.get(AuditService).record(tx, {
        type: n % 2 === 0 ? 'case.decided' : 'account.renamed',
        actor: { kind: 'staff', id: `m${n % 3}`, role: 'moderator' },
        accountId,
        target: { kind: 'case', id: String(n) },
        clauses: ['7.1'],
        data: { note: `seen by person ${n}` },
      }),
    );

  beforeAll(async () => {
    app = await startApp({ env: { ROLE: 'api' } });
    auditor = app.http.with(await staffToken(app, 'auditor', 'aud'));
    for (let n = 1; n <= 30; n += 1) await record(n);
    await app.get(ChainEventsService).chainAll();
  });
  afterAll(async () => {
    await app.stop();
  });

  it('is for auditors only; checkpoints are for everybody', async () => {
    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    for (const path of ['/v1/audit-events', '/v1/audit-events/verification', '/v1/audit-events?format=jsonl']) {
      expect((await app.http.get(path)).status).toBe(401);
      expect((await moderator.get(path)).status).toBe(403);
    }
    expect((await app.http.get('/v1/audit-checkpoints')).status).toBe(200);
  });

  it('pages by keyset, stable while events come in, and filters', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages += 1) {
      const page: Page<Event> = (
        await auditor.get<Page<Event>>(
          `/v1/audit-events?accountId=${account}&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
        )
      ).body;
      seen.push(...page.items.map((e) => e.target.id));
      cursor = page.nextCursor;
      await record(100 + pages, newId());
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => String(30 - n)));
    await app.get(ChainEventsService).chainAll();
    const decided = await auditor.get<Page<Event>>(`/v1/audit-events?type=case.decided&accountId=${account}&limit=200`);
    expect(decided.body.items).toHaveLength(15);
    const byActor = await auditor.get<Page<Event>>(`/v1/audit-events?actorKind=staff&actorId=m1&accountId=${account}`);
    expect(byActor.body.items).toHaveLength(10);
    const one = await auditor.get<Page<Event>>('/v1/audit-events?targetKind=case&targetId=7');
    expect(one.body.items).toHaveLength(1);
    expect(one.text).not.toContain('seen by person');
    const later = new Date(app.clock.now().getTime() + 60_000).toISOString();
    expect((await auditor.get<Page<Event>>(`/v1/audit-events?from=${later}`)).body.items).toEqual([]);
  });

  it.each([
    '?limit=0',
    '?limit=201',
    '?cursor=x',
    '?accountId=1',
    '?from=yesterday',
    '?unknown=1',
    '?format=xml',
    '?format=jsonl&type=case.decided',
    '?cursor=WyJ4IiwieSJd',
  ])('refuses %s with a problem document', async (query) => {
    const answer = await auditor.get(`/v1/audit-events${query}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('problem+json')]);
  });

  it('verifies, and checkpoints page by size', async () => {
    const verification = await auditor.get<{ ok: boolean; count: number; head: string }>(
      '/v1/audit-events/verification',
    );
    expect(verification.body).toMatchObject({ ok: true, finding: null, anchor: 'genesis' });
    const { body } = await app.http.get<Page<{ size: number; jws: string }>>('/v1/audit-checkpoints?limit=1');
    expect(body.items.length).toBeLessThanOrEqual(1);
  });

  describe('checked offline with the command line', () => {
    let folder: string;
    const at = (name: string): string => join(folder, name);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'audit-'));
      await app.get(Transactor).run((tx) => app.get(AuditService).checkpointNow(tx));
      const exported = await auditor.get('/v1/audit-events?format=jsonl');
      expect(exported.headers.get('content-type')).toContain('application/jsonl');
      writeFileSync(at('export.jsonl'), exported.text);
      writeFileSync(at('keys.json'), (await app.http.get('/.well-known/jwks.json')).text);
      writeFileSync(at('checkpoints.json'), (await app.http.get('/v1/audit-checkpoints')).text);
      const lines = exported.text.trimEnd().split('\n');
      const forged = lines.map((line, n) => (n === 10 ? line.replace('"id":"m', '"id":"x') : line));
      writeFileSync(at('forged.jsonl'), `${forged.join('\n')}\n`);
      writeFileSync(at('short.jsonl'), `${lines.slice(0, 20).join('\n')}\n`);
      writeFileSync(at('late.jsonl'), `${lines.slice(5).join('\n')}\n`);
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const verify = async (...options: string[]): Promise<{ said: string; code: number }> => {
      const said: string[] = [];
      const { log } = console;
      console.log = (line: string) => said.push(line);
      try {
        const program = new Command().addCommand(auditCommand(() => Promise.reject(new Error('no database needed'))));
        await program.parseAsync(['node', 'cli', 'audit', 'verify', ...options]);
        return { said: said.join('\n'), code: Number(process.exitCode ?? 0) };
      } finally {
        process.exitCode = 0;
        console.log = log;
      }
    };
    const against = (): string[] => ['--keys', at('keys.json'), '--checkpoint', at('checkpoints.json')];

    it('finds a whole export whole', async () => {
      const { said, code } = await verify('--file', at('export.jsonl'), ...against());
      expect([code, said]).toEqual([
        0,
        expect.stringMatching(/^ok: \d+ events, seq 1–\d+, head [0-9a-f]{64}, \d+ checkpoints matched$/),
      ]);
    });

    it('names the first bad seq', async () => {
      expect(await verify('--file', at('forged.jsonl'))).toMatchObject({
        code: 1,
        said: expect.stringContaining('NOT OK at seq 11') as string,
      });
    });

    it('sees a shortened log by a checkpoint that somebody kept, and a cut-out that is not said to be one', async () => {
      expect((await verify('--file', at('short.jsonl'))).code).toBe(0);
      expect(await verify('--file', at('short.jsonl'), ...against())).toMatchObject({
        code: 1,
        said: expect.stringContaining('NOT OK at seq 21: log_shortened') as string,
      });
      expect((await verify('--file', at('late.jsonl'))).code).toBe(1);
      expect((await verify('--file', at('late.jsonl'), '--partial')).code).toBe(0);
    });

    it('does not take a checkpoint signed by somebody else', async () => {
      writeFileSync(at('others.json'), '{"keys":[]}');
      const answer = await verify(
        '--file',
        at('export.jsonl'),
        '--keys',
        at('others.json'),
        '--checkpoint',
        at('checkpoints.json'),
      );
      expect(answer).toMatchObject({ code: 1, said: expect.stringContaining('checkpoint_refused') as string });
    });

    it('agrees with a verifier of twenty lines in another language (docs/verification.md)', () => {
      const script = `
import hashlib, json, sys
head, size = '0' * 64, 0
for line in open(sys.argv[1], encoding='utf-8', newline='\\n'):
    event = json.loads(line)
    said = event.pop('hash')
    # ASCII keys and integers only: sorted keys without spaces is RFC 8785 here.
    text = json.dumps(event, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    size += 1
    assert event['seq'] == size and event['previousHash'] == head
    head = hashlib.sha256(text.encode('utf-8')).hexdigest()
    assert head == said
print(size, head)`;
      const run = spawnSync('python3', ['-c', script, at('export.jsonl')], { encoding: 'utf8' });
      // A machine without Python has nothing to compare with.
      if (run.error !== undefined) return;
      expect(run.stdout).toMatch(/^\d+ [0-9a-f]{64}\n$/);
    });
  });
});
