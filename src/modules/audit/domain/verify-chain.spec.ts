import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JSONWebKeySet, CompactSign } from 'jose';
import { canonicalJson } from '../../../kernel/canonical-json.js';
import { type AuditEvent, type ChainedEvent, GENESIS, link } from './chained-event.js';
import {
  CHECKPOINT_TYP,
  type Checkpoint,
  checkpointOpener,
  compactJwsIn,
  type OpenedCheckpoint,
} from './checkpoint.js';
import { verifyChain } from './verify-chain.js';
import { verifyLines } from './verify-lines.js';

const LOG = '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13';

const anyEvent: fc.Arbitrary<AuditEvent> = fc.record(
  {
    id: fc.uuid({ version: 7 }),
    at: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString()),
    type: fc.constantFrom('account.registered', 'case.decided', 'sanction.lifted'),
    actor: fc.record(
      {
        kind: fc.constantFrom('account', 'staff', 'system') as fc.Arbitrary<'staff'>,
        id: fc.string(),
        role: fc.string(),
      },
      { requiredKeys: ['kind', 'id'] },
    ),
    accountId: fc.uuid({ version: 7 }),
    target: fc.record({ kind: fc.string(), id: fc.string() }),
    clauses: fc.array(fc.string(), { maxLength: 3 }),
    policies: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    dataDigest: fc.stringMatching(/^[0-9a-f]{64}$/),
  },
  { requiredKeys: ['id', 'at', 'type', 'actor', 'target', 'clauses', 'policies'] },
);

function chain(events: readonly AuditEvent[]): ChainedEvent[] {
  const links: ChainedEvent[] = [];
  for (const event of events) links.push(link(event, links.at(-1)?.seq ?? 0, links.at(-1)?.hash ?? GENESIS));
  return links;
}

const anyChain = fc.array(anyEvent, { minLength: 2, maxLength: 12 }).map(chain);
const lines = (events: readonly ChainedEvent[]): string[] => events.map(canonicalJson);
const swear = (events: readonly ChainedEvent[], size = events.length): Checkpoint => ({
  log: LOG,
  size,
  head: events[size - 1]?.hash ?? GENESIS,
  at: '2026-11-23T08:00:00.000Z',
});

describe('a chain that nobody touched', () => {
  it('verifies, as a whole and as a cut-out, with every checkpoint of it', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.nat(), async (events, cut) => {
        const checkpoints = events.map((_, n) => swear(events, n + 1));
        expect(await verifyLines(lines(events), { checkpoints })).toMatchObject({
          ok: true,
          anchor: 'genesis',
          count: events.length,
          checkpointsMatched: events.length,
          head: events.at(-1)?.hash,
        });
        const from = 1 + (cut % (events.length - 1));
        expect(await verifyChain(events.slice(from), { checkpoints })).toMatchObject({
          ok: true,
          anchor: 'checkpoint',
          firstSeq: from + 1,
          checkpointsMatched: events.length - from + 1,
        });
      }),
    );
  });

  it('an empty log has nothing against it, unless somebody swore to more', async () => {
    expect(await verifyLines([])).toMatchObject({ ok: true, count: 0, firstSeq: null });
    const { finding } = await verifyLines([], {
      checkpoints: [swear(chain([]), 0), { ...swear([], 3), head: GENESIS }],
    });
    expect(finding).toMatchObject({ seq: 1, code: 'log_shortened' });
  });
});

describe('any single mutation is found, at or before the place where it was made', () => {
  it('one character of one line', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyChain,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0x20, max: 0x7e }),
        async (events, which, where, code) => {
          const text = lines(events);
          const index = which % text.length;
          const line = text[index] as string;
          const at = where % line.length;
          const mutated = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
          fc.pre(mutated !== line);
          text[index] = mutated;
          const { ok, finding } = await verifyLines(text, { checkpoints: [swear(events)] });
          expect(ok).toBe(false);
          // What a forged seq or hash of one event breaks may show at the next one only.
          expect(finding?.seq).toBeLessThanOrEqual(index + 2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a line taken out, put in twice, or two of them exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.nat(), fc.nat(), async (events, one, two) => {
        const text = lines(events);
        const a = one % text.length;
        const b = two % text.length;
        const without = text.filter((_, n) => n !== a);
        const twice = [...text.slice(0, a + 1), ...text.slice(a)];
        const checkpoints = [swear(events)];
        expect((await verifyLines(without, { checkpoints })).ok).toBe(false);
        expect(await verifyLines(twice, { checkpoints })).toMatchObject({
          ok: false,
          finding: { seq: a + 2, code: 'gap' },
        });
        fc.pre(a !== b);
        const exchanged = text.map((line, n) => (n === a ? text[b] : n === b ? text[a] : line) as string);
        expect((await verifyLines(exchanged, { checkpoints })).ok).toBe(false);
      }),
    );
  });

  it('a whole log rewritten from one event on, against a checkpoint of any size from there', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.nat(), fc.nat(), async (events, which, sworn) => {
        const index = which % events.length;
        const forged = chain(
          events.map(({ seq: _, previousHash: __, hash: ___, ...event }, n) =>
            n === index ? { ...event, type: 'account.forged' } : event,
          ),
        );
        expect((await verifyChain(forged)).ok).toBe(true);
        const size = index + 1 + (sworn % (events.length - index));
        expect(await verifyChain(forged, { checkpoints: [swear(events, size)] })).toMatchObject({
          ok: false,
          finding: { seq: size, code: 'checkpoint_mismatch' },
        });
      }),
    );
  });

  it('an end cut off, unless the cut was said', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.nat(), async (events, keep) => {
        const kept = events.slice(0, keep % events.length);
        const checkpoints = [swear(events)];
        expect(await verifyChain(kept, { checkpoints })).toMatchObject({
          ok: false,
          finding: { seq: kept.length + 1, code: 'log_shortened' },
        });
        expect((await verifyChain(kept, { checkpoints, partial: true })).ok).toBe(true);
      }),
    );
  });

  it('a cut-out that does not follow from the checkpoint before it', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, async (events) => {
        const before: Checkpoint = { ...swear(events, 1), head: 'f'.repeat(64) };
        expect(await verifyChain(events.slice(1), { checkpoints: [before] })).toMatchObject({
          ok: false,
          finding: { seq: 2, code: 'wrong_previous_hash' },
        });
      }),
    );
  });

  it('another spelling of the same event: what is hashed must be what is read', async () => {
    const [event] = chain([
      {
        id: LOG,
        at: '2026-11-23T08:00:00.000Z',
        type: 'a.b',
        actor: { kind: 'system', id: 's' },
        target: { kind: 'k', id: 'i' },
        clauses: [],
        policies: {},
      },
    ]);
    const line = canonicalJson(event);
    for (const other of [
      line.replace('{', '{ '),
      line.replace('{', '{"type":"x.y",'),
      line.replace('a.b', '\\u0061.b'),
      '[]',
      'null',
      '',
    ]) {
      const result = await verifyLines(other === '' ? [line, '', 'x'] : [other]);
      expect(result.ok).toBe(false);
    }
  });
});

describe('checkpoints are worth what their signature is', () => {
  let jwks: JSONWebKeySet;
  let sign: (claims: unknown, typ?: string) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }] };
    sign = (claims, typ = CHECKPOINT_TYP) =>
      new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ })
        .sign(privateKey);
  });

  it('opens what was signed as a checkpoint with a published key, and nothing else', async () => {
    const checkpoint = swear(chain([]), 0);
    const open = checkpointOpener(jwks);
    const jws = await sign(checkpoint);
    expect(await open(jws)).toEqual(checkpoint);
    const [head, , signature] = jws.split('.');
    const forged = Buffer.from(JSON.stringify({ ...checkpoint, size: 7 })).toString('base64url');
    expect(await open(`${head}.${forged}.${signature}`)).toEqual({ refused: 'its signature is wrong', size: 7 });
    expect(await open(await sign(checkpoint, 'deregistration-receipt'))).toHaveProperty('refused');
    expect(await open(await sign({ ...checkpoint, head: 'short' }))).toHaveProperty('refused');
    expect(await open('not.a.jws')).toHaveProperty('refused');
    expect(await checkpointOpener({ keys: [] })(jws)).toMatchObject({
      refused: 'its key is not among the published ones',
    });
  });

  it('tells a refused one, and two logs in one breath', async () => {
    const events = chain(await fc.sample(anyEvent, 3));
    const refused: OpenedCheckpoint = { refused: 'its signature is wrong', size: 2 };
    expect((await verifyChain(events, { checkpoints: [refused] })).finding).toMatchObject({
      seq: 2,
      code: 'checkpoint_refused',
    });
    const other: Checkpoint = { ...swear(events), log: 'another' };
    expect((await verifyChain(events, { checkpoints: [swear(events, 1), other] })).finding).toMatchObject({
      code: 'other_log',
    });
  });

  it('finds them in a file of lines and in the answer of the API', () => {
    const jws = 'eyJhbGciOiJFZERTQSJ9.eyJzaXplIjoxfQ.c2ln';
    expect(compactJwsIn(`${jws}\n${jws}\n`)).toEqual([jws, jws]);
    expect(compactJwsIn(JSON.stringify({ items: [{ jws }], nextCursor: null }))).toEqual([jws]);
  });
});
