import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const numbered = (name: string, last: number, first = 1): string[] =>
  Array.from({ length: last - first + 1 }, (_, n) => `${name}-${first + n}`);

const PAGES = {
  'docs/registration.md': [...numbered('AGR', 5), ...numbered('REG', 10), ...numbered('MIN', 4)],
  'docs/deregistration.md': numbered('DER', 7),
};
const DUTIES = [...Object.values(PAGES).flat(), ...numbered('ENF', 14, 0)];

interface Row {
  readonly duty: string;
  readonly place: string;
  readonly tests: readonly string[];
}

/** `| duty | `place` | `file` “name of a test”<br>… |` */
const rowsOf = (page: string): Row[] =>
  [...page.matchAll(/^\| (?!---|duty|row )([^|]+) \| `([^`]+)` \| (.+) \|$/gm)].map(
    ([, duty = '', place = '', tests = '']) => ({ duty, place, tests: tests.split('<br>') }),
  );

/** A page that says which test holds which duty is worth something while the tests are there under those names. */
describe.each(Object.entries(PAGES))('%s', (path, duties) => {
  const page = read(path);
  const rows = rowsOf(page);

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
        return there && read(file).includes(name) ? [] : [`${duty}: ${test}`];
      }),
    );
    expect(gone).toEqual([]);
  });

  it('has every duty', () => {
    const all = rows.map((row) => row.duty).join('\n');
    expect(duties.filter((duty) => !new RegExp(`${duty}\\b`).test(all))).toEqual([]);
  });
});

it('docs/registration.md has every attack', () => {
  const attacks = rowsOf(read('docs/registration.md')).map((row) => Number(/^\d+/.exec(row.duty)?.[0]));
  expect(attacks.filter((n) => n > 0)).toEqual(Array.from({ length: 19 }, (_, n) => n + 1));
});

/** Where is clause 2.5(1)? One row for each duty, and what the row says can be opened. */
describe('docs/clauses.md', () => {
  const rows = [...read('docs/clauses.md').matchAll(/^\| ([A-Z]{3}-\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, duty = '', clause = '', , places = '']) => ({
      duty,
      clause,
      places: [...places.matchAll(/`([^`]+)`/g)].map(([, place = '']) => place),
    }),
  );
  const { paths } = JSON.parse(read('docs/openapi.json')) as {
    paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-clauses'?: readonly string[] }>>>>;
  };
  const named = new Set(
    Object.values(paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap((operation) => operation['x-clauses'] ?? []),
  );

  it('has each duty once, in their order', () => {
    expect(rows.map((row) => row.duty)).toEqual(DUTIES);
  });

  it('names places that there are', () => {
    const gone = rows.flatMap((row) => row.places.filter((place) => !existsSync(join(root, place))));
    expect(gone).toEqual([]);
    expect(rows.filter((row) => row.places.length === 0)).toEqual([]);
  });

  it('leaves no duty without a door: each is named by an operation of the API', () => {
    expect(DUTIES.filter((duty) => !named.has(duty))).toEqual([]);
  });
});

describe('docs/invariants.md', () => {
  const rows = [...read('docs/invariants.md').matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm)].map(
    ([, number = '', places = '']) => ({ number: Number(number), places: [...places.matchAll(/`([^`]+)`/g)] }),
  );

  it('names files that there are', () => {
    const places = rows.flatMap((row) => row.places.map(([, place = '']) => place));
    expect(places.length).toBeGreaterThanOrEqual(rows.length);
    expect(places.filter((place) => !existsSync(join(root, place)))).toEqual([]);
  });

  it('has every invariant that a comment or a test names', () => {
    const sources = ['src', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => read(`${folder}/${file}`)),
    );
    const named = sources.flatMap((source) => [...source.matchAll(/invariant (\d+)/g)].map(([, no]) => Number(no)));
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((no) => !rows.some((row) => row.number === no))).toEqual([]);
  });
});
