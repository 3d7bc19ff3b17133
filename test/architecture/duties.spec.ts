import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A page that says which test holds which duty is worth something while the tests are there under those names. */
describe('docs/registration.md', () => {
  const page = readFileSync(join(root, 'docs/registration.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (?!---|duty|row )([^|]+) \| `([^`]+)` \| (.+) \|$/gm)].map(
    ([, duty = '', place = '', tests = '']) => ({ duty, place, tests: tests.split('<br>') }),
  );

  it('is read whole: no row is passed over', () => {
    const lines = page.split('\n').filter((line) => /^\| (?!---|duty |row )/.test(line));
    expect(rows).toHaveLength(lines.length);
  });

  it('names places that there are', () => {
    expect(rows.map((row) => row.place).filter((place) => !existsSync(join(root, place)))).toEqual([]);
  });

  it('names tests that there are', () => {
    const gone = rows.flatMap(({ duty, tests }) =>
      tests.flatMap((test) => {
        const [, file, name] = /^`([^`]+)` “([^”]+)”$/.exec(test) ?? [];
        const there = file !== undefined && name !== undefined && existsSync(join(root, file));
        return there && readFileSync(join(root, file), 'utf8').includes(name) ? [] : [`${duty}: ${test}`];
      }),
    );
    expect(gone).toEqual([]);
  });

  it('has every duty and every attack', () => {
    const all = rows.map((row) => row.duty).join('\n');
    const duties = [
      ...[1, 2, 3, 4, 5].map((n) => `AGR-${n}`),
      ...Array.from({ length: 10 }, (_, n) => `REG-${n + 1}`),
      ...[1, 2, 3, 4].map((n) => `MIN-${n}`),
    ];
    expect(duties.filter((duty) => !new RegExp(`${duty}\\b`).test(all))).toEqual([]);
    const attacks = rows.map((row) => Number(/^\d+/.exec(row.duty)?.[0])).filter((n) => n > 0);
    expect(attacks).toEqual(Array.from({ length: 19 }, (_, n) => n + 1));
  });
});
