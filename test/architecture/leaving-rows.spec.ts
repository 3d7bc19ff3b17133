import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const README = 'src/modules/deregistration/README.md';
const ROWS = Array.from({ length: 46 }, (_, i) => `R${i + 1}`);
const ENDINGS = ['.int-spec.ts', '.e2e-spec.ts', '.spec.ts'];

interface Row {
  readonly name: string;
  readonly tests: readonly string[];
  /** Why no test can show it; only where there is none. */
  readonly reason: string | undefined;
}

/** `| R7 | what goes wrong | `file`, `file` |`, or `| R7 | … | cannot apply: why |` */
function rowsOf(text: string): Row[] {
  return [...text.matchAll(/^\| (R\d+) \|[^|]*\| ([^|]*) \|$/gm)].map(([, name = '', last = '']) => ({
    name,
    tests: [...last.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
    reason: /^cannot apply: (.{20,})$/.exec(last.trim())?.[1],
  }));
}

function specOf(name: string): string | undefined {
  const path = name.startsWith('src/') ? name : join('test', name);
  return ENDINGS.map((ending) => join(root, path + ending)).find((file) => existsSync(file));
}

/** What the tests of a file are called, numbers of rows in them. */
const titlesOf = (text: string): string[] =>
  [...text.matchAll(/\b(?:it|describe)(?:\.each\([\s\S]*?\))?\(\s*(['`])([\s\S]*?)\1/g)].map(
    ([, , title = '']) => title,
  );

const names = (title: string, row: string): boolean => new RegExp(`\\b${row}\\b`).test(title);

describe('the ways in which leaving fails elsewhere', () => {
  const rows = rowsOf(readFileSync(join(root, README), 'utf8'));

  it('stand in the table of the module, each once', () => {
    expect(rows.map((r) => r.name)).toEqual(ROWS);
  });

  it.each(rows)('$name has a test of its number, or a reason why it cannot apply', ({ name, tests, reason }) => {
    expect(tests.length > 0 || reason !== undefined).toBe(true);
    const without = tests.filter((file) => {
      const spec = specOf(file);
      return spec === undefined || !titlesOf(readFileSync(spec, 'utf8')).some((title) => names(title, name));
    });
    expect(without).toEqual([]);
  });
});
