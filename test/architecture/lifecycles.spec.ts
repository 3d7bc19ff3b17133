import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Lifecycle } from '../../src/kernel/lifecycle.js';

const modules = join(import.meta.dirname, '../../src/modules');
const files = readdirSync(modules, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('-lifecycle.ts'))
  .map((file) => join(modules, file));

/** The README of the module (or of its sub-folder, where it has one). */
function readmeFor(file: string): string {
  for (let folder = join(file, '..'); folder.startsWith(modules); folder = join(folder, '..')) {
    if (existsSync(join(folder, 'README.md'))) return readFileSync(join(folder, 'README.md'), 'utf8');
  }
  return '';
}

describe('every state machine', () => {
  it('is a file named *-lifecycle.ts: there are some', () => expect(files.length).toBeGreaterThan(5));

  it.each(files.map((file) => relative(modules, file)))(
    '%s is drawn in its README exactly as its table says',
    async (name) => {
      const file = join(modules, name);
      const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>);
      const machines = exported.filter((value): value is Lifecycle<string, string> => value instanceof Lifecycle);
      expect(machines.length).toBeGreaterThan(0);
      for (const machine of machines) expect(readmeFor(file)).toContain(machine.toMermaid());
    },
  );

  it.each(files.map((file) => relative(modules, file)))('%s has its spec beside it', (name) => {
    expect(existsSync(join(modules, name.replace(/\.ts$/, '.spec.ts')))).toBe(true);
  });
});
