import { S3Bucket } from '../../src/platform/objects/s3-bucket.js';
import { S3Config } from '../../src/platform/objects/s3.config.js';
import { S3Server } from '../support/s3-server.js';

let server: S3Server;
let endpoint: string;
beforeEach(async () => {
  server = new S3Server();
  endpoint = await server.open();
});
afterEach(() => server.close());

const config = (over: Partial<S3Config> = {}): S3Config =>
  Object.assign(new S3Config(), { endpoint, ...server.account, ...over });
const bucket = (over: Partial<S3Config> = {}): S3Bucket => new S3Bucket(config(over), 'evidence', 'a/b/');
const keys = async (of: S3Bucket, after?: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of of.list(after)) found.push(...page.map((o) => o.key));
  return found;
};

describe('the S3 API, against a store that recomputes every signature', () => {
  it('puts, gets, asks, removes; what is not there is no failure', async () => {
    const body = Buffer.from([0, 255, 10, 13, 128]);
    await bucket().put('one.bin', body);
    expect(await bucket().get('one.bin')).toEqual(body);
    expect(await bucket().has('one.bin')).toBe(true);
    await bucket().remove('one.bin');
    await bucket().remove('one.bin');
    expect(await bucket().get('one.bin')).toBeUndefined();
    expect(await bucket().has('one.bin')).toBe(false);
    expect(server.seen[0]).toMatchObject({ path: '/evidence/a/b/one.bin', headers: { 'content-length': '5' } });
  });

  it('creates once: the second is told so and changes nothing, also of two at the same moment', async () => {
    expect(await bucket().create('1', Buffer.from('first'))).toBe(true);
    expect(await bucket().create('1', Buffer.from('second'))).toBe(false);
    expect((await bucket().get('1'))?.toString()).toBe('first');
    const both = await Promise.all(['x', 'y'].map((text) => bucket().create('2', Buffer.from(text))));
    expect(both.sort()).toEqual([false, true]);
  });

  it('lists in order, page by page, from a key on, and nothing outside its prefix', async () => {
    server.pageSize = 3;
    for (const n of [5, 1, 4, 2, 7, 3, 6]) await bucket().put(`k${n}`, Buffer.from('x'));
    await new S3Bucket(config(), 'evidence', 'other/').put('k0', Buffer.from('x'));
    expect(await keys(bucket())).toEqual(['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7']);
    expect(await keys(bucket(), 'k5')).toEqual(['k6', 'k7']);
  });

  it('a wrong secret is refused by the store and told as a failure at once, without what the store said', async () => {
    const failure: unknown = await bucket({ secretAccessKey: 'wrong' })
      .put('x', Buffer.from('x'))
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: 'ObjectStoreFailure', code: 'http_403' });
    expect(String(failure)).not.toContain('SignatureDoesNotMatch');
    expect(server.seen).toHaveLength(1);
  });

  it('signs a session token too', async () => {
    await bucket({ sessionToken: 'temporary' }).put('x', Buffer.from('x'));
    expect(server.seen[0]?.headers['x-amz-security-token']).toBe('temporary');
  });

  it('passes over what passes by itself, and gives up on what does not', async () => {
    let failures = 2;
    server.fault = () => (failures-- > 0 ? (failures === 1 ? 503 : 'drop') : undefined);
    await bucket().put('x', Buffer.from('x'));
    expect(server.seen).toHaveLength(3);
    server.fault = () => 500;
    await expect(bucket().get('x')).rejects.toMatchObject({ code: 'http_500' });
    server.close();
    await expect(bucket().get('x')).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('names all that is missing before it is used', () => {
    expect(() => new S3Bucket(new S3Config(), undefined, '')).toThrow(
      /endpoint[^]*accessKeyId[^]*secretAccessKey[^]*bucket/,
    );
  });
});
