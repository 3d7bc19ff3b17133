import { canonicalJson, sha256Hex } from '../../../kernel/canonical-json.js';
import type { LedgerEntry } from './erasure-ledger.js';

/** One entry as every ledger writes it: `<sha256 of the JSON> <JSON>` and a line break. */
export function lineOf(entry: LedgerEntry): string {
  const json = canonicalJson(entry);
  return `${sha256Hex(json)} ${json}\n`;
}

/** Undefined: the line is not whole. */
export function entryOf(line: string): LedgerEntry | undefined {
  const json = line.slice(65);
  if (line.slice(0, 64) !== sha256Hex(json)) return undefined;
  return JSON.parse(json) as LedgerEntry;
}
