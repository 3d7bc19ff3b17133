import { createLocalJWKSet, compactVerify, type JSONWebKeySet } from 'jose';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { SYSTEM } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { AuditService } from '../../src/modules/audit/audit.service.js';
import { ChainEventsService } from '../../src/modules/audit/chain-events.service.js';
import { ChainStore } from '../../src/modules/audit/chain.store.js';
import { CheckpointChainService } from '../../src/modules/audit/checkpoint-chain.service.js';
import { type ChainedEvent, GENESIS, link } from '../../src/modules/audit/domain/chained-event.js';
import { checkpointOpener } from '../../src/modules/audit/domain/checkpoint.js';
import { parseLine, verifyLines } from '../../src/modules/audit/domain/verify-lines.js';
import { VerifyLogService } from '../../src/modules/audit/verify-log.service.js';
import { SigningKeys } from '../../src/platform/callers/signing-keys.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase } from '../support/database.js';

/** Role `api`: no loop of its own, so that each step here is ours. */
const quiet = { ROLE: 'api' };

const record = (app: TestApp, n: number, data?: Record<string, unknown>): Promise<string> =>
  app.get(Transactor).run((tx) =>
    app.get(AuditService).record(tx, {
      type: 'account.renamed',
      actor: { kind: 'staff', id: 'alice', role: 'moderator' },
      accountId: ACCOUNT,
      target: { kind: 'account', id: ACCOUNT },
      clauses: ['2.3(1)', `n${n}`],
      policies: { rules: 'a'.repeat(64) },
      data,
    }),
  );

const ACCOUNT = newId();

async function recordMany(app: TestApp, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await record(app, n, n % 3 === 0 ? { name: `person ${n}` } : undefined);
}

async function exportOf(app: TestApp): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of app.get(VerifyLogService).exportLines()) lines.push(line.trimEnd());
  return lines;
}

/**
 * What the start told the log (policies pinned, an agreement published) and what a test before did to it goes, so that it
 * begins with what a test records.
 */
async function beginAnew(app: TestApp): Promise<void> {
  for (const table of ['audit_events', 'audit_chain', 'audit_checkpoints']) {
    await app.db.query(`ALTER TABLE ${table} DISABLE TRIGGER ${table}_is_append_only`);
    await app.db.query(`DELETE FROM ${table}`);
    await app.db.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_is_append_only`);
  }
  await app.db.query('DELETE FROM audit_event_details');
  await app.db.query('DELETE FROM audit_pending');
  await app.db.query('UPDATE audit_sequencer SET size = 0, head = $1, holder = NULL, lease_until = NULL', [GENESIS]);
}

const verify = (app: TestApp) => app.get(VerifyLogService).verify();
const checkpoint = (app: TestApp) => app.get(Transactor).run((tx) => app.get(CheckpointChainService).checkpointNow(tx));
const published = (app: TestApp): JSONWebKeySet => ({ keys: app.app.get(SigningKeys, { strict: false }).published() });

describe('the audit log', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ env: quiet });
  });
  beforeEach(() => beginAnew(app));
  afterAll(() => app.stop());

  it('commits an event with its change or not at all', async () => {
    const failing = app.get(Transactor).run(async (tx) => {
      await app.get(AuditService).record(tx, {
        type: 'account.closed',
        actor: SYSTEM,
        target: { kind: 'account', id: ACCOUNT },
        clauses: ['7.1'],
        data: { a: 1 },
      });
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    for (const table of ['audit_events', 'audit_event_details', 'audit_pending']) {
      expect(await app.db.query(`SELECT 1 FROM ${table}`)).toHaveLength(0);
    }
  });

  it('chains committed events without a gap, each hash as documented', async () => {
    await recordMany(app, 25);
    expect(await app.get(ChainEventsService).chainAll()).toBe(25);
    expect(await app.get(ChainEventsService).chainAll()).toBe(0);
    const events = (await exportOf(app)).map(parseLine);
    expect(events.map((e) => e.seq)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    expect(events[0]?.previousHash).toBe(GENESIS);
    expect(events[0]?.dataDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(events[1]).not.toHaveProperty('dataDigest');
    expect(await verify(app)).toMatchObject({ ok: true, count: 25, anchor: 'genesis', finding: null });
  });

  it('holds no personal detail outside the sealed row, and the chain survives its erasure', async () => {
    await record(app, 1, { name: '张三', phone: '+8613800138000' });
    await app.get(ChainEventsService).chainAll();
    const dump = JSON.stringify(
      await app.db.query("SELECT e::text, encode(d.sealed, 'escape') FROM audit_events e, audit_event_details d"),
    );
    expect(dump).not.toContain('张三');
    expect(dump).not.toContain('13800138000');
    await app.db.query('DELETE FROM audit_event_details WHERE account_id = $1', [ACCOUNT]);
    expect(await verify(app)).toMatchObject({ ok: true, count: 1 });
  });

  describe('refuses every change, to the owner of the database too', () => {
    beforeEach(async () => {
      await recordMany(app, 3);
      await app.get(ChainEventsService).chainAll();
      await checkpoint(app);
    });

    it.each([
      ["UPDATE audit_events SET type = 'account.closed'"],
      ['DELETE FROM audit_events'],
      ['TRUNCATE audit_events'],
      ['UPDATE audit_chain SET hash = previous_hash'],
      ['DELETE FROM audit_chain WHERE seq = 3'],
      ['TRUNCATE audit_chain'],
      ['UPDATE audit_checkpoints SET size = 1'],
      ['DELETE FROM audit_checkpoints'],
      ['TRUNCATE audit_checkpoints'],
    ])('%s', async (statement) => {
      await expect(app.db.query(statement)).rejects.toThrow('append-only');
    });

    it('in each partition, and with replication triggers only', async () => {
      const partitions = await app.db.query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits
         WHERE inhparent IN ('audit_events'::regclass, 'audit_chain'::regclass)`,
      );
      expect(partitions.length).toBeGreaterThanOrEqual(8);
      for (const { name } of partitions) await expect(app.db.query(`TRUNCATE ${name}`)).rejects.toThrow('append-only');
      await expect(
        app.db.query(
          'SET session_replication_role = replica; DELETE FROM audit_events; RESET session_replication_role',
        ),
      ).rejects.toThrow('append-only');
      await app.db.query('RESET session_replication_role');
    });

    it('gives nobody the right to update, delete or truncate', async () => {
      const rights = await app.db.query<{ grants: string | null }>(
        `SELECT string_agg(privilege_type, ',') AS grants FROM pg_class, aclexplode(relacl)
         WHERE relname IN ('audit_events', 'audit_chain', 'audit_checkpoints')
           AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')`,
      );
      expect(rights[0]?.grants).toBeNull();
    });
  });

  describe('finds what an owner does who switches the triggers off', () => {
    beforeEach(async () => {
      await recordMany(app, 12);
      await app.get(ChainEventsService).chainAll();
      await checkpoint(app);
      for (const table of ['audit_events', 'audit_chain', 'audit_checkpoints']) {
        await app.db.query(`ALTER TABLE ${table} DISABLE TRIGGER ${table}_is_append_only`);
      }
    });

    it.each([
      [
        'an actor changed',
        `UPDATE audit_events SET actor_id = 'bob' WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 5)`,
        5,
        'wrong_hash',
      ],
      [
        'a time moved by a millisecond',
        `UPDATE audit_events SET at = at + interval '1 ms' WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 7)`,
        7,
        'missing_event',
      ],
      [
        'an event deleted',
        'DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 4)',
        4,
        'missing_event',
      ],
      ['a link deleted', 'DELETE FROM audit_chain WHERE seq = 6', 6, 'gap'],
      [
        'event and link deleted',
        `WITH gone AS (DELETE FROM audit_chain WHERE seq = 6 RETURNING event_id) DELETE FROM audit_events USING gone WHERE id = gone.event_id`,
        6,
        'gap',
      ],
      ['the end cut off', 'DELETE FROM audit_chain WHERE seq > 9', 10, 'log_shortened'],
      [
        'two links swapped',
        'UPDATE audit_chain SET seq = -3 WHERE seq = 3; UPDATE audit_chain SET seq = 3 WHERE seq = 8; UPDATE audit_chain SET seq = 8 WHERE seq = -3',
        3,
        'wrong_previous_hash',
      ],
      [
        'two events swapped',
        `UPDATE audit_events e SET clauses = o.clauses FROM audit_events o
         WHERE '{n2,n7}' @> ARRAY[e.clauses[2], o.clauses[2]] AND e.id <> o.id`,
        3,
        'wrong_hash',
      ],
      [
        'a clause dropped',
        `UPDATE audit_events SET clauses = '{}' WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 2)`,
        2,
        'wrong_hash',
      ],
      ['a checkpoint altered', `UPDATE audit_checkpoints SET head = repeat('0', 64)`, 12, 'checkpoint_refused'],
    ])('%s', async (_name, attack, seq, code) => {
      await app.db.query(attack);
      expect(await verify(app)).toMatchObject({ ok: false, finding: { seq, code } });
    });

    it('an event taken out of the queue before it was chained', async () => {
      await record(app, 99);
      await app.db.query('DELETE FROM audit_pending');
      app.clock.advance(61_000);
      expect(await verify(app)).toMatchObject({ ok: false, finding: { code: 'never_chained' } });
    });

    it('the whole chain rewritten, with the sequencer row: told by a checkpoint, also one kept elsewhere', async () => {
      const kept = await checkpoint(app);
      const events = (await exportOf(app)).map(parseLine).filter((e) => e.seq !== 5);
      const rewritten: ChainedEvent[] = [];
      for (const { seq: _, previousHash: __, hash: ___, ...event } of events) {
        const before = rewritten.at(-1);
        rewritten.push(link(event, before?.seq ?? 0, before?.hash ?? GENESIS));
      }
      await app.db.query('DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 5)');
      await app.db.query('DELETE FROM audit_chain');
      for (const e of rewritten) {
        await app.db.query(
          'INSERT INTO audit_chain (seq, chained_at, event_id, event_at, previous_hash, hash) VALUES ($1, $2, $3, $2, $4, $5)',
          [e.seq, e.at, e.id, e.previousHash, e.hash],
        );
      }
      await app.db.query('UPDATE audit_sequencer SET size = 11, head = $1', [rewritten.at(-1)?.hash]);
      expect(await verify(app)).toMatchObject({ ok: true, count: 11 });
      // In itself the forged log is whole; the checkpoints say what it was.
      const lines = await exportOf(app);
      const keptElsewhere = [await checkpointOpener(published(app))(kept.jws)];
      expect(await verifyLines(lines, { checkpoints: keptElsewhere })).toMatchObject({
        ok: false,
        finding: { seq: 12, code: 'log_shortened' },
      });
    });
  });

  it('keeps one gapless chain under concurrent writers and two sequencers', async () => {
    const other = await startApp({ env: quiet, db: app.db, dataDir: app.dataDir, clock: app.clock });
    try {
      const writers = Array.from({ length: 20 }, (_, w) =>
        (async () => {
          for (let n = 0; n < 10; n += 1) await record(w % 2 === 0 ? app : other, w * 10 + n);
        })(),
      );
      let writing = true;
      const sequencers = [app, other].map(async (each) => {
        while (writing || (await each.get(ChainEventsService).lagSeconds()) > 0) {
          await each.get(ChainEventsService).chainAll();
          // Let the lease run out now and then, so that the turn changes hands.
          app.clock.advance(4_000);
          if (!writing && (await app.db.query('SELECT 1 FROM audit_pending LIMIT 1')).length === 0) return;
        }
      });
      await Promise.all(writers);
      writing = false;
      await Promise.all(sequencers);
      expect(await verify(app)).toMatchObject({ ok: true, count: 200, lastSeq: 200 });
      const [row] = await app.db.query<{ links: string; events: string }>(
        'SELECT count(*) AS links, count(DISTINCT event_id) AS events FROM audit_chain',
      );
      expect(row).toEqual({ links: '200', events: '200' });
    } finally {
      await other.stop();
    }
  });

  it('lets a stalled sequencer write nothing once another has taken its turn', async () => {
    const other = await startApp({ env: quiet, db: app.db, dataDir: app.dataDir, clock: app.clock });
    try {
      await recordMany(app, 4);
      const stalled = app.get(ChainEventsService);
      const turn = await stalled.takeTurn();
      const events = await app.get(ChainStore).pending(app.get(Transactor).reader, 100);
      expect(await other.get(ChainEventsService).chainAll()).toBe(0);
      app.clock.advance(11_000);
      expect(await other.get(ChainEventsService).chainAll()).toBe(4);
      expect(await stalled.append(turn!, events)).toBe(0);
      expect(await verify(app)).toMatchObject({ ok: true, count: 4 });
    } finally {
      await other.stop();
    }
  });

  it('goes on after a crash half-way through a batch as if nothing had happened', async () => {
    await recordMany(app, 6);
    const store = app.get(ChainStore);
    const service = app.get(ChainEventsService);
    const turn = await service.takeTurn();
    const events = await store.pending(app.get(Transactor).reader, 3);
    const links: ChainedEvent[] = [];
    for (const event of events) links.push(link(event, links.at(-1)?.seq ?? 0, links.at(-1)?.hash ?? GENESIS));
    const dying = app.get(Transactor).run(async (tx) => {
      await store.append(tx, turn!, links, app.clock.now());
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await app.db.query('SELECT 1 FROM audit_chain')).toHaveLength(0);
    expect(await service.chainAll()).toBe(6);
    expect(await verify(app)).toMatchObject({ ok: true, count: 6 });
  });

  it('makes one checkpoint a size, signed with the published key, in the transaction that asks', async () => {
    await recordMany(app, 2);
    await app.get(ChainEventsService).chainAll();
    const [first, second] = await Promise.all([checkpoint(app), checkpoint(app)]);
    expect(first.size).toBe(2);
    expect(second.head).toBe(first.head);
    expect(await app.db.query('SELECT 1 FROM audit_checkpoints')).toHaveLength(1);
    const { payload, protectedHeader } = await compactVerify(first.jws, createLocalJWKSet(published(app)));
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'audit-checkpoint' });
    const { jws: _, ...claims } = first;
    expect(Buffer.from(payload).toString()).toBe(canonicalJson(claims));
  });

  it('never loses an event for want of a month', async () => {
    app.clock.advance(400 * 86_400_000);
    await recordMany(app, 2);
    await app.get(ChainEventsService).chainAll();
    expect(await verify(app)).toMatchObject({ ok: true, count: 2 });
    expect(await app.db.query('SELECT 1 FROM audit_events_default')).toHaveLength(2);
  });
});

describe('with a replica', () => {
  const listed = (app: TestApp) => app.get(AuditService).timeline(ACCOUNT, { limit: 10 });

  it('is listed and exported from there, written and checked at home', async () => {
    const behind = await createDatabase();
    const app = await startApp({ env: { ...quiet, DATABASE_REPLICA_URL: behind.url } });
    try {
      await recordMany(app, 3);
      await app.get(ChainEventsService).chainAll();
      expect((await listed(app)).items).toEqual([]);
      expect(await exportOf(app)).toEqual([]);
      expect((await verify(app)).count).toBeGreaterThanOrEqual(3);
    } finally {
      await app.stop();
      await behind.drop();
    }
  });

  it('that is away when the service starts, home has everything', async () => {
    const app = await startApp({ env: { ...quiet, DATABASE_REPLICA_URL: 'postgres://nobody@127.0.0.1:1/nothing' } });
    try {
      await recordMany(app, 3);
      expect((await listed(app)).items).toHaveLength(3);
    } finally {
      await app.stop();
    }
  });
});

describe('the sequencer of a worker', () => {
  it('chains within a second and checkpoints what is new after a minute', async () => {
    const app = await startApp({ env: { ROLE: 'worker' } });
    try {
      await recordMany(app, 5);
      await eventually(async () => (await app.db.query('SELECT 1 FROM audit_pending')).length === 0, 1_000);
      const [row] = await app.db.query<{ size: string }>('SELECT size FROM audit_sequencer');
      app.clock.advance(61_000);
      const sworn = async (): Promise<boolean> =>
        (await app.db.query('SELECT 1 FROM audit_checkpoints WHERE size >= $1', [row?.size])).length > 0;
      await eventually(sworn, 3_000);
    } finally {
      await app.stop();
    }
  });
});

async function eventually(check: () => Promise<boolean>, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`not within ${withinMs} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
