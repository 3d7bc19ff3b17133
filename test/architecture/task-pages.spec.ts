import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import '../../src/app.module.js';
import { PHASES } from '../../src/modules/deregistration/domain/unit.js';
import { GUARDIAN_KIND, RECOVERY_KIND } from '../../src/modules/recovery/domain/appeal-subject.js';
import { declaredOutcomes } from '../../src/modules/review/domain/task-outcome.js';

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;
const texts: Texts = Object.assign(
  {},
  ...filesBelow('console/src/staff', '.texts.json').map((file) => JSON.parse(readFileSync(file, 'utf8')) as Texts),
) as Texts;

interface Schema {
  readonly properties?: Readonly<
    Record<
      string,
      { readonly enum?: readonly (string | null)[]; readonly items?: { readonly enum?: readonly string[] } }
    >
  >;
}
const { components } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  components: { schemas: Readonly<Record<string, Schema>> };
};

/** Kinds of tasks, as the modules open them: a literal, a constant of the file, or one that is imported. */
function openedKinds(): string[] {
  const sources = filesBelow('src/modules', '.ts')
    .filter((file) => !file.endsWith('.spec.ts') && !file.startsWith(join('src', 'modules', 'review')))
    .map((file) => readFileSync(file, 'utf8'));
  const constantsOf = (text: string): [string, string][] =>
    [...text.matchAll(/const (\w+) = '([a-z_]+)'/g)].map(([, name = '', kind = '']) => [name, kind]);
  const everywhere = new Map(sources.flatMap(constantsOf));
  const opened = sources.flatMap((text) => {
    const here = new Map(constantsOf(text));
    return [...text.matchAll(/\.open\(\s*tx,\s*\{\s*kind: (?:'([a-z_]+)'|(\w+)),/g)].map(
      ([, literal, name = '']) => literal ?? here.get(name) ?? everywhere.get(name) ?? `?${name}`,
    );
  });
  // Appeals for recovery and corrections are opened as the kind that they are.
  const corrections = components.schemas['InformationCorrectionDto']?.properties?.['kind']?.enum ?? [];
  return [...new Set([...opened, ...corrections.map(String), RECOVERY_KIND, GUARDIAN_KIND])].sort();
}

/** Which words a field of an answer is shown by (`wordOf(say, group, code)`). */
const SHOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AccountDto: { state: 'accountState', band: 'band' },
  ActorDto: { kind: 'actor' },
  BanObjectionDto: { state: 'objectionState' },
  BasisDto: { kind: 'basis' },
  BulkDto: { state: 'bulkState' },
  BulkItemDto: { state: 'bulkItem' },
  CaseDetailDto: { state: 'caseState', source: 'source' },
  ClaimDto: { state: 'claimState', kind: 'loss' },
  DecisionDto: { state: 'decisionState' },
  DeregistrationDto: { state: 'deregState' },
  InformationDisputeDto: { state: 'disputeState', outcome: 'disputeOutcome' },
  LinkReasonDto: { kind: 'link' },
  NewEvidenceDto: { kind: 'evidenceKind' },
  ProvenAcceptanceDto: { decision: 'acceptance', how: 'how' },
  RectificationDto: { state: 'orderState' },
  RectificationEntryDto: { kind: 'orderEntry' },
  ReferralDto: { state: 'referralState', direction: 'direction' },
  ReferralEntryDto: { kind: 'referralEntry' },
  RegisterEntryDto: { state: 'recordState' },
  RemovalItemDto: { state: 'removal' },
  ReviewTaskDto: { state: 'state' },
  RunClassDto: { state: 'unitState' },
  RunDto: { state: 'runState', cause: 'runCause' },
  SanctionDto: { type: 'measure', state: 'sanctionState' },
  UnitDto: { state: 'unitState' },
  WebhookDeliveryDto: { state: 'delivery' },
};

/** Whatever the rules find wrong with a decision: `say('type', 'duplicate', …)`, `code: 'names_somebody'`. */
const faultsOfDecisions = (): string[] => {
  const rules = [
    'domain/action-problems',
    'domain/notice',
    'domain/announcement-text',
    'decisions/draft-decision.service',
  ];
  const text = rules.map((name) => readFileSync(`src/modules/enforcement/${name}.ts`, 'utf8')).join('\n');
  const told = [...text.matchAll(/(?:say|tell)\(\s*(?:index, )?'\w+',\s*'([a-z_]+)'|code: '(\w+)',\s*en:/g)];
  return [...new Set(told.map(([, said, code]) => said ?? code ?? ''))];
};

describe('pages of tasks (decision 0019)', () => {
  const page = readFileSync('console/src/staff/pages/task/task-page.tsx', 'utf8');
  const kinds = openedKinds();

  it('the modules open kinds of tasks that this test can read', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(12);
    expect(kinds.filter((kind) => kind.startsWith('?'))).toEqual([]);
  });

  it.each(kinds)('%s has a page, and a name in both languages', (kind) => {
    expect(page).toMatch(new RegExp(`^  ${kind}: `, 'm'));
    expect(Object.keys(texts[`kind.${kind}`] ?? {}).sort()).toEqual(['en', 'zh-CN']);
    // How it is reversed is said once it is decided.
    expect(Object.keys(texts[`reverse.${kind}`] ?? {}).sort()).toEqual(['en', 'zh-CN']);
  });

  it.each(kinds)('C4 what a task %s ends in is declared, and said in both languages to whoever came second', (kind) => {
    const codes = declaredOutcomes().get(kind) ?? [];
    expect(codes.length).toBeGreaterThanOrEqual(1);
    const said = (code: string) => texts[`ended.${kind}.${code}`];
    expect(codes.filter((code) => !said(code)?.['zh-CN'] || !said(code)?.['en'])).toEqual([]);
  });

  it('whatever keeps somebody from the service is said in words, whichever module says it', () => {
    const sources = filesBelow('src/modules', '.ts').filter((file) => !file.endsWith('.spec.ts'));
    const said = [
      /^const CODE = '([a-z_]+)'/gm,
      /kind: 'block',\s*code: '([a-z_]+)'/g,
      /: \{ code: '([a-z_]+)', clause/g,
    ];
    const codes = sources.flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return said.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code));
    });
    expect(codes).toEqual(expect.arrayContaining(['suspension', 'agreement_pending', 'owner_freeze']));
    expect(codes.filter((code) => !texts[`block.${code}`]?.['zh-CN'] || !texts[`block.${code}`]?.['en'])).toEqual([]);
  });

  it('every code that a staff page shows has words in both languages', () => {
    const wordless = Object.entries(SHOWN).flatMap(([schema, fields]) =>
      Object.entries(fields).flatMap(([field, group]) => {
        const found = components.schemas[schema]?.properties?.[field];
        const codes = (found?.enum ?? found?.items?.enum ?? []).filter((code) => code !== null);
        if (codes.length === 0) return [`${schema}.${field} has no codes any more`];
        return codes
          .filter((code) => !texts[`${group}.${code}`]?.['zh-CN'] || !texts[`${group}.${code}`]?.['en'])
          .map((code) => `${group}.${code}`);
      }),
    );
    expect(wordless).toEqual([]);
  });

  it('whatever can be wrong with a decision is said in words, in both languages', () => {
    const codes = faultsOfDecisions();
    expect(codes.length).toBeGreaterThanOrEqual(30);
    const said = (code: string) => texts[`decisionProblem.${code}`];
    expect(codes.filter((code) => !said(code)?.['zh-CN'] || !said(code)?.['en'])).toEqual([]);
  });
});

describe('docs/console.md', () => {
  const rows = [
    ...readFileSync('docs/console.md', 'utf8').matchAll(/^\| (C\d+) \|[^|]*\| `([^`]+)` \| (.+) \|$/gm),
  ].map(([, number = '', place = '', tests = '']) => ({ number, place, tests: tests.split('<br>') }));
  const suites = new Map(
    readdirSync('test/browser').map((file) => [
      file.replace('.browser-spec.ts', ''),
      readFileSync(join('test/browser', file), 'utf8'),
    ]),
  );

  it('has a row for each requirement of the console', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 33 }, (_, i) => `C${i + 1}`));
  });

  it.each(rows)('$number names a file of the console and tests that there are', ({ number, place, tests }) => {
    expect(existsSync(join('console/src/staff', place))).toBe(true);
    const named = tests.map((test) => /^`([a-z-]+)` (.+)$/.exec(test) ?? []);
    expect(named.filter(([, suite = '', name = '']) => !suites.get(suite)?.includes(`'${name}'`))).toEqual([]);
    // At least one of them carries the number.
    expect(tests.filter((test) => new RegExp(`\\b${number}\\b`).test(test))).not.toEqual([]);
  });
});

it('every rule of registration that holds or challenges somebody has words for those who decide', () => {
  const rules = readFileSync('config/registration-rules.yaml', 'utf8')
    .split(/^ {2}- id: /m)
    .slice(1);
  const told = rules
    .filter((rule) => /^ {4}outcome: (review|challenge)$/m.test(rule))
    .map((rule) => rule.split('\n')[0]);
  expect(told.length).toBeGreaterThan(9);
  expect(told.filter((id) => texts[`rule.${id}`] === undefined)).toEqual([]);
});

it('every kind of event that a history can show has words, and every phase of a deregistration', () => {
  const kinds = [...filesBelow('src/modules', '.ts'), ...filesBelow('src/platform', '.ts')]
    .filter((file) => !file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      const literal = /(?:[tT]ype|event): '([a-z][a-z_]+\.[a-z_]+)'/g;
      const anywhere = /events\.ts$|journal/.test(file) ? /'([a-z][a-z_]+\.[a-z_]+)'/g : literal;
      return [...source.matchAll(literal), ...source.matchAll(anywhere)].map(([, kind = '']) => kind);
    });
  expect(new Set(kinds).size).toBeGreaterThan(150);
  expect([...new Set(kinds)].filter((kind) => texts[`event.${kind}`] === undefined)).toEqual([]);
  expect(PHASES.filter((phase) => texts[`phase.${phase}`] === undefined)).toEqual([]);
});

it('every test that docs/enforcement.md names for a duty is there, under that name', () => {
  const named = [...readFileSync('docs/enforcement.md', 'utf8').matchAll(/`([^`]+\.ts)` “([^”]+)”/g)];
  expect(named.length).toBeGreaterThan(70);
  const missing = named.filter(([, file = '', name = '']) => !readFileSync(file, 'utf8').includes(name));
  expect(missing.map(([whole]) => whole)).toEqual([]);
});
