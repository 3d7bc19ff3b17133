import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import {
  type AuditEvent,
  type ChainedEvent,
  detailDigest,
  GENESIS,
  link,
} from '../../src/modules/audit/domain/chained-event.js';
import { CHECKPOINT_TYP, checkpointOpener } from '../../src/modules/audit/domain/checkpoint.js';
import { verifyLines } from '../../src/modules/audit/domain/verify-lines.js';
import { verifyReceipt } from '../../src/cli/receipt.command.js';
import type { ReceiptClaims } from '../../src/modules/deregistration/domain/receipt.js';
import { signJws } from '../../src/platform/crypto/jws.js';

const PAGE = join(import.meta.dirname, '../../docs/verification.md');
const BEGIN = '<!-- vectors: written by test/architecture/verification-vectors.spec.ts -->\n';
const END = '<!-- /vectors -->';

/** RFC 8037, appendix A.1: a private key that is in every library's tests. */
const PUBLIC_JWK = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
const PRIVATE_JWK = { ...PUBLIC_JWK, d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' };
const kid = createHash('sha256')
  .update(JSON.stringify({ crv: PUBLIC_JWK.crv, kty: PUBLIC_JWK.kty, x: PUBLIC_JWK.x }))
  .digest('base64url');
const jwks = { keys: [{ ...PUBLIC_JWK, kid, alg: 'EdDSA', use: 'sig' }] };
const key = { kid, privateKey: createPrivateKey({ key: PRIVATE_JWK, format: 'jwk' }) };

const ACCOUNT = '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13';
const SALT = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const DETAILS = canonicalJson({ reason: '名称不符', field: 'displayName' });

const EVENTS: readonly AuditEvent[] = [
  {
    id: '0198c0de-7a11-7000-8000-000000000001',
    at: '2026-11-23T08:00:00.000Z',
    type: 'account.registered',
    actor: { kind: 'public', id: 'anonymous' },
    accountId: ACCOUNT,
    target: { kind: 'account', id: ACCOUNT },
    clauses: ['REG-1', '2.2'],
    policies: { 'registration-rules': 'a'.repeat(64) },
  },
  {
    id: '0198c0de-7a11-7000-8000-000000000002',
    at: '2026-11-23T08:00:01.250Z',
    type: 'account.name_disputed',
    actor: { kind: 'staff', id: 'alice', role: 'moderator' },
    accountId: ACCOUNT,
    target: { kind: 'account', id: ACCOUNT },
    clauses: ['REG-3'],
    policies: {},
    dataDigest: detailDigest(SALT, DETAILS),
  },
];

function chain(): ChainedEvent[] {
  const links: ChainedEvent[] = [];
  for (const event of EVENTS) links.push(link(event, links.at(-1)?.seq ?? 0, links.at(-1)?.hash ?? GENESIS));
  return links;
}

const links = chain();
const head = links.at(-1)?.hash ?? GENESIS;
const CHECKPOINT = { log: '0198c0de-7a11-7000-8000-00000000000f', size: 2, head, at: '2026-11-23T08:01:00.000Z' };
const RECEIPT: ReceiptClaims = {
  iss: 'https://accounts.example',
  iat: 1_795_420_800,
  jti: '0198c0de-7a11-7000-8000-0000000000aa',
  typ: 'deregistration-receipt',
  deregistrationId: '0198c0de-7a11-7000-8000-0000000000ab',
  requestedAt: '2026-11-16T08:00:00.000Z',
  approvedAt: '2026-11-23T07:00:00.000Z',
  completedAt: '2026-11-23T08:00:00.000Z',
  agreement: { documentId: 'user_agreement', version: '2025-01-20', sha256: 'c'.repeat(64) },
  retentionPolicy: { version: '1', sha256: 'd'.repeat(64) },
  erased: [{ recordClass: 'profile', action: 'delete', count: 1 }],
  retained: [
    {
      recordClass: 'network_log',
      basis: [{ instrument: '网络安全法', article: '23(3)' }],
      from: '2026-11-23T08:00:00.000Z',
      until: '2027-05-23T16:00:00.000Z',
      readers: ['legal', 'auditor'],
    },
  ],
  participants: [{ name: 'chat-history', acknowledgedAt: '2026-11-23T07:30:00.000Z', erased: 12, retained: 0 }],
  checkpoint: { size: 2, head },
};

async function vectors(): Promise<{ checkpoint: string; receipt: string; text: string }> {
  const checkpoint = await signJws(key, CHECKPOINT_TYP, CHECKPOINT);
  const receipt = await signJws(key, 'deregistration-receipt+jwt', RECEIPT);
  const block = (text: string): string => `\n\`\`\`\n${text}\n\`\`\`\n`;
  const text = [
    '\nPublic keys (`jwks.json`):\n',
    block(JSON.stringify(jwks)),
    '\nAn export of two events (`export.jsonl`); the second has details with salt ',
    `\`${SALT.toString('hex')}\` and JCS \`${DETAILS}\`:\n`,
    block(links.map(canonicalJson).join('\n')),
    '\nThe checkpoint of these two:\n',
    block(checkpoint),
    '\nA receipt:\n',
    block(receipt),
    '\n',
  ].join('');
  return { checkpoint, receipt, text };
}

describe('docs/verification.md', () => {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(BEGIN) + BEGIN.length;
  const to = page.indexOf(END);

  it('has test vectors that come out of the code (UPDATE_VECTORS=1 writes them)', async () => {
    const { text } = await vectors();
    if (process.env['UPDATE_VECTORS'] === '1') writeFileSync(PAGE, page.slice(0, from) + text + page.slice(to));
    else expect(page.slice(from, to)).toBe(text);
  });

  it('has vectors that the verifiers accept, and refuse with one byte changed', async () => {
    const { checkpoint, receipt } = await vectors();
    const lines = links.map(canonicalJson);
    const opened = await checkpointOpener(jwks)(checkpoint);
    expect(opened).toEqual(CHECKPOINT);
    expect(await verifyLines(lines, { checkpoints: [opened] })).toMatchObject({
      ok: true,
      count: 2,
      checkpointsMatched: 1,
    });
    const forged = lines.map((line) => line.replace('alice', 'alicf'));
    expect(await verifyLines(forged)).toMatchObject({ ok: false, finding: { seq: 2, code: 'wrong_hash' } });
    expect(await verifyReceipt(receipt, jwks)).toEqual(RECEIPT);
    await expect(verifyReceipt(`${receipt.slice(0, -4)}AAAA`, jwks)).rejects.toThrow('not genuine');
  });
});
