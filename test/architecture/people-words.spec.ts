import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = <T>(path: string): T => JSON.parse(read(path)) as T;

type Texts = Record<string, { readonly 'zh-CN': string; readonly en: string }>;
interface Operation {
  readonly responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
}
type Paths = Record<string, Record<string, Operation>>;

const COMMON = json<Texts>('console/src/people/people.texts.json');
const ENTRIES = {
  account: { ...COMMON, ...json<Texts>('console/src/account/account.texts.json') },
  guardian: {
    ...COMMON,
    ...json<Texts>('console/src/guardian/guardian.texts.json'),
    ...json<Texts>('console/src/guardian/acts.texts.json'),
  },
} as const;
type Entry = keyof typeof ENTRIES;

const sourcesOf = (entry: Entry): string[] =>
  readdirSync(join(root, 'console/src', entry))
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => read(`console/src/${entry}/${file}`));

/** Every operation that the pages of an entry call, as they spell it: `api.POST('/v1/…'`. */
const callsOf = (entry: Entry): { method: string; path: string }[] =>
  sourcesOf(entry).flatMap((source) =>
    [...source.matchAll(/api\.(GET|POST|PUT|DELETE)\(\s*'([^']+)'/g)].map(([, method = '', path = '']) => ({
      method: method.toLowerCase(),
      path,
    })),
  );

/** What people read is written for people, in the language of the page, and changes with it (C33). */
describe('the words of the pages for people', () => {
  const { paths } = json<{ paths: Paths }>('docs/openapi.json');

  it.each(Object.keys(ENTRIES) as Entry[])('%s: every refusal of every operation that it calls', (entry) => {
    const calls = callsOf(entry);
    expect(calls.length).toBeGreaterThan(5);
    const wordless = calls.flatMap(({ method, path }) =>
      Object.values(paths[path]?.[method]?.responses ?? {})
        .flatMap((answer) => Object.keys(answer.content?.['application/problem+json']?.examples ?? {}))
        .filter((code) => ENTRIES[entry][`fault.${code}`] === undefined)
        .map((code) => `${method} ${path}: ${code}`),
    );
    expect(wordless).toEqual([]);
  });

  /** Codes that modules write into a standing; what they mean and what to do then has to be said. */
  const STANDING = ['agreement_pending', 'own_acceptance_pending', 'information_disputed', 'rectification_due'];

  it('whatever can wait for a person or stop them is said, with the way on', () => {
    const home = read('console/src/account/home-page.tsx');
    const written = [...walk('src/modules')]
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .flatMap((file) => [...read(file).matchAll(/^const CODE = '([a-z_]+)'/gm)].map(([, code = '']) => code));
    expect(STANDING).toEqual(expect.arrayContaining(written));
    for (const code of STANDING) {
      expect(Object.keys(ENTRIES.account)).toContain(`pending.${code}`);
      expect(home).toMatch(new RegExp(`^ {2}${code}: \\['/`, 'm'));
    }
  });

  it('both languages say something, and none says the code itself', () => {
    for (const texts of Object.values(ENTRIES))
      for (const [id, text] of Object.entries(texts)) {
        expect([id, text['zh-CN'].trim() === '', text.en.trim() === '']).toEqual([id, false, false]);
        if (id.startsWith('fault.')) expect([id, /[a-z]+_[a-z]+/.test(text['zh-CN'] + text.en)]).toEqual([id, false]);
      }
  });
});

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}
