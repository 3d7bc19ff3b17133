import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { newId } from '../../src/kernel/ids.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { guardedPost } from '../../src/platform/outbound/guarded-post.js';
import { OutboxService } from '../../src/platform/outbox/outbox.service.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.js';

interface Secret {
  readonly id: string;
  readonly secret: string;
  readonly previousSecretUntil: string | null;
}
interface DeliveryItem {
  readonly id: string;
  readonly eventId: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly responseStatus: number | null;
}
interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly accountid?: string;
  readonly sequence: string;
  readonly data: Record<string, unknown>;
}

const signed = (r: Received): Record<string, string> => ({
  'webhook-id': String(r.headers['webhook-id']),
  'webhook-timestamp': String(r.headers['webhook-timestamp']),
  'webhook-signature': String(r.headers['webhook-signature']),
});
const eventOf = (r: Received): CloudEvent => JSON.parse(r.body) as CloudEvent;

describe('webhooks', () => {
  let app: TestApp;
  let ops: HttpClient;
  let receiver: WebhookReceiver;
  let endpoint: Secret;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  /** Tokens live an hour by the clock that these tests move. */
  const signIn = async (): Promise<void> => {
    ops = app.http.with(await staffToken(app, 'ops'));
  };
  beforeEach(async () => {
    app.clock.set(new Date());
    await signIn();
    receiver = await new WebhookReceiver().start();
    endpoint = await create(receiver.url, ['parcel.*']);
  });
  afterEach(async () => {
    await signIn();
    await ops.delete(`/v1/webhook-endpoints/${endpoint.id}`);
    await receiver.stop();
  });

  const create = async (url: string, eventTypes: string[]): Promise<Secret> => {
    const answer = await ops.post<Secret>('/v1/webhook-endpoints', { url, eventTypes });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const publish = (type: string, accountId?: string, data: Record<string, unknown> = {}): Promise<string> =>
    app.get(Transactor).run((tx) => app.get(OutboxService).publish(tx, { type, accountId, subjectId: newId(), data }));
  const deliveries = async (): Promise<DeliveryItem[]> =>
    (await ops.get<{ items: DeliveryItem[] }>(`/v1/webhook-deliveries?endpointId=${endpoint.id}`)).body.items;

  it('sends a CloudEvent, signed, to who asked for its type, and to nobody else', async () => {
    const accountId = newId();
    const id = await publish('parcel.sent', accountId, { parcelId: 'p-1' });
    await publish('letter.sent');
    await app.drain();
    expect(receiver.received).toHaveLength(1);
    const [got] = receiver.received;
    expect(got!.headers['content-type']).toMatch('application/cloudevents+json');
    expect(new Webhook(endpoint.secret).verify(got!.body, signed(got!))).toBeTruthy();
    expect(eventOf(got!)).toMatchObject({
      specversion: '1.0',
      id,
      type: 'parcel.sent',
      accountid: accountId,
      data: { parcelId: 'p-1' },
    });
    expect(got!.headers['webhook-id']).toBe(id);
  });

  it('row 18: the signature covers id, timestamp and body; forged and old ones do not pass; the id is stable', async () => {
    receiver.status = 500;
    await publish('parcel.sent');
    await app.drain();
    receiver.status = 204;
    app.clock.advance(60_000);
    await app.drain();
    expect(receiver.received).toHaveLength(2);
    const [first, second] = receiver.received as [Received, Received];
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);

    const hook = new Webhook(endpoint.secret);
    const good = signed(first);
    expect(() => hook.verify(first.body, good)).not.toThrow();
    expect(() => hook.verify(first.body.replace('parcel.sent', 'parcel.lost'), good)).toThrow();
    expect(() => hook.verify(first.body, { ...good, 'webhook-id': newId() })).toThrow();
    expect(() =>
      hook.verify(first.body, { ...good, 'webhook-timestamp': String(Number(good['webhook-timestamp']) + 1) }),
    ).toThrow();
    expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(first.body, good)).toThrow();
    // A replay beyond five minutes: honestly signed by us, but then.
    const then = new Date(app.clock.now().getTime() - 60 * 60_000);
    const old = {
      'webhook-id': good['webhook-id']!,
      'webhook-timestamp': String(Math.floor(then.getTime() / 1000)),
      'webhook-signature': hook.sign(good['webhook-id']!, then, first.body),
    };
    expect(() => hook.verify(first.body, old)).toThrow(/old/i);
  });

  it.each([
    ['four minutes ahead', 4, true],
    ['four minutes behind', -4, true],
    ['six minutes ahead', 6, false],
    ['six minutes behind', -6, false],
  ])('row 18: clock skew: our clock is %s of the receiver’s', async (_name, minutes, passes) => {
    const back = app.clock.now().getTime() - Date.now();
    app.clock.set(new Date(Date.now() + minutes * 60_000));
    try {
      await publish('parcel.sent');
      await app.drain();
    } finally {
      app.clock.set(new Date(Date.now() + back));
    }
    const got = receiver.received.at(-1) as Received;
    const verified = (): unknown => new Webhook(endpoint.secret).verify(got.body, signed(got));
    if (passes) expect(verified).not.toThrow();
    else expect(verified).toThrow(/old|new/i);
  });

  it('rotates the secret: both sign during the overlap, only the new one afterwards', async () => {
    const rotated = await ops.post<Secret>(`/v1/webhook-endpoints/${endpoint.id}/secret-rotations`, {});
    expect(rotated.status).toBe(201);
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    await publish('parcel.sent');
    await app.drain();
    const both = receiver.received.at(-1)!;
    expect(signed(both)['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const { secret } of [endpoint, rotated.body])
      expect(new Webhook(secret).verify(both.body, signed(both))).toBeTruthy();

    const day = 25 * 3600_000;
    app.clock.advance(day);
    await publish('parcel.sent');
    await app.drain();
    const one = receiver.received.at(-1)!;
    expect(signed(one)['webhook-signature']!.split(' ')).toHaveLength(1);
    const kept = await app.db.query('SELECT secret FROM webhook_secrets WHERE endpoint_id = $1', [endpoint.id]);
    expect(kept).toHaveLength(1);
  });

  it('delivers everything, in order per account, after the target was down', async () => {
    const { port } = receiver;
    await receiver.stop();
    const accounts = [newId(), newId()];
    for (let n = 0; n < 5; n += 1) for (const account of accounts) await publish('parcel.moved', account, { n });
    await app.drain();
    expect((await deliveries()).every((d) => d.state === 'pending')).toBe(true);
    expect((await deliveries()).some((d) => d.lastError === 'econnrefused')).toBe(true);
    receiver = await new WebhookReceiver().start(port);
    app.clock.advance(120_000);
    await app.drain();
    for (const account of accounts) {
      const seen = receiver.received.map(eventOf).filter((e) => e.accountid === account);
      expect(seen.map((e) => e.data['n'])).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('parks after the deadline with a metric, and delivers again on request under the same id', async () => {
    receiver.status = 500;
    const id = await publish('parcel.lost');
    await app.drain();
    for (let hour = 0; hour < 76; hour += 4) {
      app.clock.advance(4 * 3600_000);
      await app.drain();
    }
    await signIn();
    const parked = (await deliveries()).find((d) => d.eventId === id)!;
    expect(parked).toMatchObject({ state: 'parked', responseStatus: 500, lastError: 'refused' });
    expect((await app.http.get('/metrics')).text).toMatch(/webhook_deliveries_parked 1\b/);
    receiver.status = 204;
    expect((await ops.post(`/v1/webhook-deliveries/${parked.id}/redeliveries`, {})).status).toBe(202);
    await app.drain();
    expect((await deliveries()).find((d) => d.id === parked.id)).toMatchObject({ state: 'delivered' });
    expect(new Set(receiver.received.map((r) => r.headers['webhook-id']))).toEqual(new Set([id]));
  });

  it('goes by itself through the queue', async () => {
    const id = await publish('parcel.sent');
    for (let i = 0; i < 200 && receiver.received.length === 0; i += 1) await sleep(25);
    expect(receiver.received.map((r) => eventOf(r).id)).toEqual([id]);
  });

  it('answers a repeated POST with the first answer, secret included, and keeps secrets sealed', async () => {
    const key = { headers: { 'idempotency-key': newId() } };
    const body = { url: receiver.url, eventTypes: ['nothing.happened'] };
    const one = await ops.post<Secret>('/v1/webhook-endpoints', body, key);
    const two = await ops.post<Secret>('/v1/webhook-endpoints', body, key);
    expect(two.body).toEqual(one.body);
    const rows = await app.db.query<{ secret: Buffer }>('SELECT secret FROM webhook_secrets');
    for (const { secret } of rows) expect(secret.toString('latin1')).not.toContain('whsec_');
    expect((await ops.get('/v1/webhook-endpoints')).text).not.toContain('whsec_');
    await ops.delete(`/v1/webhook-endpoints/${one.body.id}`);
  });

  it('lets operators in and nobody else', async () => {
    expect((await app.http.get('/v1/webhook-endpoints')).status).toBe(401);
    const moderator = app.http.with(await staffToken(app, 'moderator'));
    expect((await moderator.post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['*'] })).status).toBe(403);
    expect((await ops.post(`/v1/webhook-deliveries/${newId()}/redeliveries`, {})).status).toBe(404);
    expect((await ops.post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['NOT A TYPE'] })).status).toBe(
      400,
    );
  });

  describe('row 17: server-side request forgery', () => {
    it.each([
      'http://example.com/',
      'http://10.0.0.1/',
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[fd00:ec2::254]/',
      'https://[::ffff:10.0.0.1]/',
      'https://[64:ff9b::a9fe:a9fe]/',
      'https://2852039166/',
      'https://user:pw@example.com/',
      'file:///etc/passwd',
    ])('row 17: %s is refused as an endpoint', async (url) => {
      const answer = await ops.post('/v1/webhook-endpoints', { url, eventTypes: ['*'] });
      expect(answer).toMatchObject({ status: 422, body: { code: 'webhook_target_refused' } });
    });

    it('row 17: loopback is refused where the switch is off', async () => {
      const strict = await startApp({ env: { WEBHOOKS_ALLOW_LOOPBACK: 'false' } });
      try {
        const client = strict.http.with(await staffToken(strict, 'ops'));
        for (const url of [receiver.url, 'https://127.0.0.1/', 'https://[::1]/', 'https://localhost/']) {
          expect((await client.post('/v1/webhook-endpoints', { url, eventTypes: ['*'] })).status).toBe(422);
        }
      } finally {
        await strict.stop();
      }
    });

    it('row 17: a redirect is not followed', async () => {
      const inside = await new WebhookReceiver().start();
      receiver.status = 302;
      receiver.location = inside.url;
      await publish('parcel.sent');
      await app.drain();
      expect(receiver.received.length).toBeGreaterThan(0);
      expect(inside.received).toHaveLength(0);
      expect((await deliveries())[0]).toMatchObject({ state: 'pending', responseStatus: 302, lastError: 'refused' });
      await inside.stop();
    });

    it('row 17: a name that resolves inside is refused, also when only one of its addresses does', async () => {
      const options = { allowLoopback: false, timeoutMs: 1000 };
      for (const addresses of [['127.0.0.1'], ['8.8.8.8', '169.254.169.254'], ['::1'], ['::ffff:10.1.2.3']]) {
        const resolve = () =>
          Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
        await expect(guardedPost('https://hooks.example.com/', {}, '{}', { ...options, resolve })).resolves.toEqual({
          failure: 'address_refused',
        });
      }
    });

    it('row 17: DNS rebinding changes nothing: the name is asked once and the checked address is the one connected to', async () => {
      let asked = 0;
      const resolve = () => {
        asked += 1;
        return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
      };
      const target = `http://rebind.localhost:${receiver.port}/hook`;
      const outcome = await guardedPost(target, {}, '{}', { allowLoopback: true, timeoutMs: 2000, resolve });
      expect(outcome).toEqual({ status: 204 });
      expect(asked).toBe(1);
      expect(receiver.received.at(-1)!.headers.host).toBe(`rebind.localhost:${receiver.port}`);
    });

    it('row 17: Host and Forwarded headers never build an address of ours', async () => {
      const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
      const answer = await ops
        .withHeaders(forged)
        .post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['nothing.happened'] });
      expect(answer.text).not.toContain('evil.example');
      await publish('parcel.sent');
      await app.drain();
      expect(receiver.received.at(-1)!.body).not.toContain('evil.example');
    });
  });
});
