import { Command } from 'commander';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { readFileSync } from 'node:fs';
import { receiptProblems } from '../modules/deregistration/domain/receipt.js';

const RECEIPT_TYPE = 'deregistration-receipt+jwt';

/** `receipt verify`: offline, with nothing but the file and the published keys. */
export function receiptCommand(): Command {
  const receipt = new Command('receipt').description('deregistration receipts');
  receipt
    .command('verify')
    .argument('<file>', 'a receipt: the compact JWS, or the JSON answer that holds it')
    .requiredOption('--keys <jwks.json>', 'the published keys (/.well-known/jwks.json)')
    .description('check signature and form of a receipt; needs no database and no network')
    .action(async (file: string, { keys }: { keys: string }) => {
      const claims = await verifyReceipt(
        readFileSync(file, 'utf8'),
        JSON.parse(readFileSync(keys, 'utf8')) as JSONWebKeySet,
      );
      console.log(JSON.stringify(claims, null, 2));
      console.log('receipt: genuine');
    });
  return receipt;
}

/** @returns the claims @throws Error that says in one line why it is no receipt of these keys */
export async function verifyReceipt(text: string, keys: JSONWebKeySet): Promise<Record<string, unknown>> {
  const jws = compactIn(text);
  let payload: Record<string, unknown>;
  let typ: string | undefined;
  try {
    const verified = await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ['EdDSA'] });
    payload = JSON.parse(Buffer.from(verified.payload).toString('utf8')) as Record<string, unknown>;
    typ = verified.protectedHeader.typ;
  } catch (error) {
    throw new Error(`receipt: not genuine (${error instanceof Error ? error.message : 'unreadable'})`, {
      cause: error,
    });
  }
  const problems = [
    ...(typ === RECEIPT_TYPE ? [] : [`typ ${typ ?? 'none'} is not ${RECEIPT_TYPE}`]),
    ...receiptProblems(payload),
  ];
  if (problems.length > 0) throw new Error(`receipt: signed, but not a receipt: ${problems.join('; ')}`);
  return payload;
}

function compactIn(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return trimmed;
  const { receipt } = JSON.parse(trimmed) as { receipt?: unknown };
  return typeof receipt === 'string' ? receipt : '';
}
