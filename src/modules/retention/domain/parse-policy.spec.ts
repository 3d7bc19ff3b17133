import { catalogueProblems, undecidedColumns } from './catalogue-check.js';
import { parsePolicy, type PolicyRefused } from './parse-policy.js';

const ROLES = ['legal', 'auditor'];
const told = { en: 'x', zh: '甲' };
const keeping = {
  basis: { kind: 'statutory', references: [{ instrument: '网络安全法', article: '23(3)' }] },
  trigger: 'account_ended',
  period: 'P6M',
  atExpiry: 'shred',
  readers: ['legal'],
  reason: told,
};
const tree = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  version: '1',
  recordClasses: {
    identity: {
      title: told,
      ending: 'seal',
      tables: [{ table: 'accounts', columns: ['name'], subject: 'id', set: { name: null } }],
      keeping,
    },
    notes: { title: told, ending: 'erase', tables: [{ table: 'notes', columns: ['text'] }] },
    ...over,
  },
});
const problemsOf = (value: unknown, periods = {}): string => {
  try {
    parsePolicy(value, ROLES, periods);
    return '';
  } catch (error) {
    return (error as PolicyRefused).problems.join('\n');
  }
};

describe('the retention policy', () => {
  it('reads classes in their order', () => {
    const policy = parsePolicy(tree(), ROLES);
    expect(policy.classes.map((c) => [c.name, c.ending])).toEqual([
      ['identity', 'seal'],
      ['notes', 'erase'],
    ]);
    expect(policy.classes[1]?.tables[0]).toEqual({
      table: 'notes',
      columns: ['text'],
      subject: 'account_id',
      key: 'id',
    });
  });

  it('refuses a bare contract as a basis (网络数据安全管理条例 24)', () => {
    const contract = { ...keeping, basis: { ...keeping.basis, kind: 'contract' } };
    expect(problemsOf(tree({ c: { title: told, ending: 'seal', tables: [], keeping: contract } }))).toMatch(
      /bare contract/,
    );
  });

  it('names every fault at once', () => {
    const bad = {
      title: { en: 'x' },
      ending: 'seal',
      tables: [{ table: 'a; DROP TABLE b', columns: [] }],
      keeping: {
        ...keeping,
        readers: ['nobody'],
        period: '6 months',
        atExpiry: 'hide',
        basis: { kind: 'statutory', references: [] },
      },
      colour: 1,
    };
    const problems = problemsOf(tree({ bad }));
    for (const part of [
      'bad.title.zh',
      'plain table',
      'names no column',
      'no role nobody',
      'bad.keeping.period',
      'atExpiry',
      'instrument and article',
      'unknown key colour',
    ]) {
      expect(problems).toContain(part);
    }
  });

  it('keeps nothing without a basis, and bases nothing that is not kept', () => {
    expect(problemsOf(tree({ c: { title: told, ending: 'seal', tables: [] } }))).toMatch(/needs "keeping"/);
    expect(problemsOf(tree({ c: { title: told, ending: 'erase', tables: [], keeping } }))).toMatch(/is not kept/);
  });

  it('lets no personal column survive an anonymisation', () => {
    const place = { table: 't', columns: ['a', 'b'], set: { a: null } };
    expect(problemsOf(tree({ c: { title: told, ending: 'erase', tables: [place] } }))).toMatch(
      /b is personal and would stay/,
    );
  });

  it('refuses a period for a class that does not exist', () => {
    expect(problemsOf(tree(), { nothing: 'PT5S' })).toMatch(/periods.nothing/);
    expect(parsePolicy(tree(), ROLES, { identity: 'PT5S' }).classes[0]?.keeping?.period).toBe('PT5S');
  });
});

describe('R40 the catalogue against the schema', () => {
  const column = (table: string, name: string, comment: string | null = null, type = 'text') => ({
    table,
    column: name,
    type,
    comment,
  });
  const schema = [
    column('accounts', 'id', null, 'uuid'),
    column('accounts', 'name', 'personal'),
    column('notes', 'id', null, 'uuid'),
    column('notes', 'account_id', null, 'uuid'),
    column('notes', 'text', 'Personal: what people write'),
  ];
  const policy = parsePolicy(tree(), ROLES);

  it('fits', () => {
    expect(catalogueProblems(policy, schema)).toEqual([]);
    expect(undecidedColumns(policy, schema)).toEqual([]);
  });

  it('stops the start for a personal column in no class', () => {
    expect(catalogueProblems(policy, [...schema, column('notes', 'mood', 'personal')])).toEqual([
      'notes.mood is personal and belongs to no record class',
    ]);
  });

  it('stops the start for a column in two classes', () => {
    const twice = { title: told, ending: 'erase', tables: [{ table: 'notes', columns: ['text'] }] };
    expect(problemsOf(tree({ twice }))).toContain('notes.text stands in notes and twice');
  });

  it('stops the start for a column that is not there', () => {
    expect(
      catalogueProblems(
        policy,
        schema.filter((c) => c.column !== 'text'),
      ),
    ).toEqual(['notes: the database has no column notes.text']);
  });

  it('turns red for a new column that nobody decided about', () => {
    expect(
      undecidedColumns(policy, [...schema, column('notes', 'mood'), column('notes', 'seen', null, 'boolean')]),
    ).toEqual(['notes.mood']);
    const decided = parsePolicy({ ...tree(), impersonal: { notes: ['mood'] } }, ROLES);
    expect(undecidedColumns(decided, [...schema, column('notes', 'mood')])).toEqual([]);
  });
});
