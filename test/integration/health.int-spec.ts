import pg from 'pg';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { Readiness } from '../../src/platform/telemetry/readiness.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { startApp, type TestApp } from '../support/app.js';
import { staffToken } from '../support/tokens.js';

/** Stands between the service and its database, and can be cut or go silent. */
class Wire {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  port = 0;
  silent = false;

  async open(target: URL, port = 0): Promise<void> {
    this.server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const socket of [client, upstream]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => this.sockets.delete(socket));
      }
      client.on('data', (chunk) => this.silent || upstream.write(chunk));
      upstream.on('data', (chunk) => this.silent || client.write(chunk));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
    await new Promise<void>((done) => this.server?.listen(port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    // Stops listening first: a pool that reconnects in between would keep the wire open.
    const closed = new Promise((done) => this.server?.close(done) ?? done(undefined));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

interface Health {
  readonly status: string;
  readonly checks: { check: string; ok: boolean }[];
}

describe('health, metrics and logs', () => {
  const wire = new Wire();
  let target: URL;
  let db: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    db = await createDatabase();
    target = new URL(db.url);
    await wire.open(target);
    const through = new URL(db.url);
    through.port = String(wire.port);
    app = await startApp({ db: { ...db, url: through.href }, env: { RUNTIME_SHUTDOWN_GRACE: 'PT1S' } });
  });
  afterAll(async () => {
    await app.stop();
    await wire.cut();
    await db.drop();
  });

  const ready = () => app.http.get<Health>('/health/ready');
  const becomesReady = async (): Promise<void> => {
    for (let i = 0; i < 100 && (await ready()).status !== 200; i += 1) await sleep(100);
    expect((await ready()).status).toBe(200);
  };

  it('is ready when the database answers and the schema is current', async () => {
    const answer = await ready();
    expect(answer.status).toBe(200);
    expect(answer.body.checks).toEqual(
      expect.arrayContaining([
        { check: 'database', ok: true },
        { check: 'schema', ok: true },
      ]),
    );
  });

  it('is not ready within a second when the database is gone, stays alive, and recovers by itself', async () => {
    const { port } = wire;
    await wire.cut();
    const before = performance.now();
    expect((await ready()).status).toBe(503);
    expect(performance.now() - before).toBeLessThan(1000);
    expect((await app.http.get('/health/live')).status).toBe(200);
    await wire.open(target, port);
    await becomesReady();
  });

  it('is not ready within a second when the database says nothing any more, however often it is asked', async () => {
    wire.silent = true;
    for (let i = 0; i < 5; i += 1) {
      const before = performance.now();
      expect((await ready()).status).toBe(503);
      expect(performance.now() - before).toBeLessThan(1000);
    }
    const { port } = wire;
    await wire.cut();
    wire.silent = false;
    await wire.open(target, port);
    await becomesReady();
  });

  it('is not ready while the schema is behind', async () => {
    const [last] = await db.query<{ id: number; timestamp: string; name: string }>(
      'SELECT * FROM schema_migrations ORDER BY id DESC LIMIT 1',
    );
    await db.query('DELETE FROM schema_migrations WHERE id = $1', [last!.id]);
    const behind = await ready();
    expect(behind.status).toBe(503);
    expect(behind.body.checks).toContainEqual({ check: 'schema', ok: false });
    await db.query('INSERT INTO schema_migrations (id, "timestamp", name) VALUES ($1, $2, $3)', [
      last!.id,
      last!.timestamp,
      last!.name,
    ]);
    expect((await ready()).status).toBe(200);
  });

  it('asks what other modules registered, and says their name but not their reason', async () => {
    let fit = false;
    app
      .get(Readiness)
      .register('test-ledger', () => (fit ? Promise.resolve() : Promise.reject(new Error('secret reason'))));
    const unfit = await ready();
    expect(unfit.status).toBe(503);
    expect(unfit.text).not.toContain('secret reason');
    fit = true;
    expect((await ready()).status).toBe(200);
  });

  it('measures requests by route template, never by address', async () => {
    const id = '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13';
    await app.http.get(`/v1/webhook-endpoints/${id}?code=123456`);
    await app.http.delete(`/v1/webhook-endpoints/${id}`);
    const { text } = await app.http.get('/metrics');
    expect(text).toContain('route="/v1/webhook-endpoints/:id"');
    expect(text).not.toContain(id);
    expect(text).not.toContain('123456');
    for (const gauge of [
      'outbox_lag_seconds',
      'event_deliveries_parked',
      'webhook_deliveries_parked',
      'job_failures_total',
      'sweep_overdue_seconds',
    ]) {
      expect(text).toContain(gauge);
    }
  });

  it('shows metrics to scrapers only', async () => {
    const closed = await startApp({ env: { TELEMETRY_METRICS_FROM: '[10.0.0.0/8]' } });
    expect((await closed.http.get('/metrics')).status).toBe(404);
    await closed.stop();
  });

  it('stops gracefully: what is in flight gets its answer, what comes later is turned away', async () => {
    const other = await startApp({ env: { ROLE: 'api', RUNTIME_SHUTDOWN_DELAY: 'PT0.3S' } });
    const staff = other.http.with(await staffToken(other, 'moderator'));
    const holder = new pg.Client({ connectionString: other.db.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE review_tasks IN ACCESS EXCLUSIVE MODE');
    const inFlight = staff.get('/v1/review-tasks');
    const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                      AND query LIKE '%review_tasks%'`;
    while ((await other.db.query(waits)).length === 0) await sleep(5);
    const stopping = other.stop();
    // First a balancer is told, then the door is closed.
    expect((await other.http.get<Health>('/health/ready')).body.checks).toContainEqual({
      check: 'not_stopping',
      ok: false,
    });
    const turnedAway = (): Promise<boolean> =>
      other.http.get('/health/live').then(
        ({ status }) => status === 503,
        () => true,
      );
    while (!(await turnedAway())) await sleep(5);
    await holder.query('COMMIT');
    expect((await inFlight).status).toBe(200);
    await holder.end();
    await stopping;
  });
});
