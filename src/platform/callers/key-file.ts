import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { newId } from '../../kernel/ids.js';

/**
 * Makes a file of keys, for its owner only, unless it is there already. A finished draft is linked into place: of two
 * processes that start together one makes the keys, and both read the same.
 */
export function createKeyFile(file: string, content: string): void {
  // Only the folder of the keys is closed: the database's own user has to pass through the one above it.
  mkdirSync(dirname(dirname(file)), { recursive: true });
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
