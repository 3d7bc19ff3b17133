import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { evaluate, type Facts, strictest } from './evaluate.js';
import { marksOf, MemoryMarks, readingsOf } from './marks.js';
import { OUTCOMES, type Policy, readPolicy } from './policy.js';
import { type RecordedAttempt, replay } from './replay.js';
import { networksOfAddress, scopesOf } from './scopes.js';

const policyOf = (source: unknown): Policy => {
  const reading = readPolicy(source);
  if (!reading.ok) throw new Error(reading.problems.join('\n'));
  return reading.policy;
};
const shipped = policyOf(
  parse(readFileSync(join(import.meta.dirname, '../../../../config/registration-rules.yaml'), 'utf8')),
);

const facts: Facts = {
  stage: 'start',
  counts: {},
  prefix: '+861380013',
  country: 'CN',
  age: 30,
  names: [],
  networks: [],
  barred: { number: false, device: false },
};

describe('the shipped policy', () => {
  const ids = (over: Partial<Facts>): string[] => evaluate(shipped, { ...facts, ...over }).fired.map((f) => f.rule);

  it('lets an ordinary person in', () => {
    expect(evaluate(shipped, facts)).toEqual({ outcome: 'allow', fired: [] });
    expect(evaluate(shipped, { ...facts, stage: 'proof' }).outcome).toBe('allow');
  });

  it.each(['+861621234', '+861651234', '+861671234', '+861701234', '+861711234'])(
    'challenges the virtual operator %s',
    (prefix) =>
      expect(evaluate(shipped, { ...facts, prefix })).toMatchObject({
        outcome: 'challenge',
        fired: [{ rule: 'virtual-operator', clause: '2.3(3)' }],
      }),
  );

  it('tells every reason, not only the first, and the strictest outcome holds', () => {
    const verdict = evaluate(shipped, {
      ...facts,
      age: 7,
      names: ['staff'],
      prefix: '+861701234',
      counts: { 'address-often': 151, 'device-many-numbers': 9, 'device-several-numbers': 9 },
    });
    expect(verdict.outcome).toBe('refuse');
    expect(verdict.fired.map((f) => f.rule)).toEqual([
      'too-young-to-register-alone',
      'name-poses-as-us',
      'address-often',
      'device-several-numbers',
      'device-many-numbers',
      'virtual-operator',
    ]);
    expect(verdict.fired[2]).toEqual({
      rule: 'address-often',
      clause: '2.3(3)',
      outcome: 'challenge',
      condition: 'attempts',
      observed: 151,
      limit: 150,
      window: 'PT1H',
    });
  });

  it('row 9: what depends on the number is judged only after its holder has proven it', () => {
    expect(ids({ barred: { number: true, device: true } })).toEqual([]);
    expect(ids({ stage: 'proof', barred: { number: true, device: true } })).toEqual(['number-barred', 'device-barred']);
  });

  it('fires above the limit, not at it', () => {
    expect(ids({ counts: { 'number-often': 20 } })).toEqual([]);
    expect(ids({ counts: { 'number-often': 21 } })).toEqual(['number-often']);
  });
});

describe('reading a policy', () => {
  it('names every problem at once', () => {
    const reading = readPolicy({
      version: 1,
      surprise: true,
      segments: { odd: ['13'] },
      rules: [
        { id: 'Bad Id', clause: 'x', when: { attempts: { per: 'galaxy' } }, outcome: 'perhaps' },
        { id: 'a', clause: '2.2', when: { segment: { in: ['nowhere'] } }, outcome: 'refuse', limit: 3 },
        { id: 'b', clause: '2.2', when: { barred: { identifier: 'number' } }, outcome: 'refuse' },
        { id: 'c', clause: '2.2', when: { moon: {} }, outcome: 'refuse', extra: 1 },
        'text',
      ],
    });
    expect(reading.ok).toBe(false);
    const problems = reading.ok ? [] : reading.problems;
    for (const part of [
      'version',
      'surprise',
      'segments.odd',
      'id must',
      'clause must',
      'outcome must',
      'scope',
      'window',
      'nowhere',
      'belong to counting',
      'stage proof',
      'moon',
      'extra',
      'rules[4]',
    ]) {
      expect(problems.join('\n')).toContain(part);
    }
  });

  it('has an identity that its content decides', () => {
    const a = policyOf({
      version: 'v',
      rules: [{ id: 'a', clause: '2.2', when: { age: { below: 8 } }, outcome: 'refuse' }],
    });
    const b = policyOf({
      rules: [{ clause: '2.2', id: 'a', outcome: 'refuse', when: { age: { below: 8 } } }],
      version: 'v',
    });
    const c = policyOf({
      version: 'v',
      rules: [{ id: 'a', clause: '2.2', when: { age: { below: 9 } }, outcome: 'refuse' }],
    });
    expect(a.digest).toBe(b.digest);
    expect(a.digest).not.toBe(c.digest);
  });

  it('an exception ends the looking', () => {
    const policy = policyOf({
      version: 'v',
      rules: [
        { id: 'office', clause: '2.3(3)', when: { network: { in: ['203.0.113.0/24'] } }, outcome: 'allow' },
        { id: 'young', clause: '2.1', when: { age: { below: 18 } }, outcome: 'refuse' },
      ],
    });
    expect(evaluate(policy, { ...facts, age: 10 }).outcome).toBe('refuse');
    expect(evaluate(policy, { ...facts, age: 10, networks: ['203.0.113.0/24'] })).toMatchObject({
      outcome: 'allow',
      fired: [{ rule: 'office' }],
    });
  });

  it('the verdict is the strictest of what fired, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES)), (outcomes) => {
        const index = OUTCOMES.indexOf(strictest(outcomes));
        return index === Math.max(0, ...outcomes.map((o) => OUTCOMES.indexOf(o)));
      }),
    );
  });
});

describe('counting', () => {
  const policy = policyOf({
    version: 'v',
    rules: [
      {
        id: 'short',
        clause: '2.3(3)',
        when: { numbers: { per: 'device' } },
        window: 'PT1H',
        limit: 2,
        outcome: 'challenge',
      },
      {
        id: 'long',
        clause: '2.3(3)',
        when: { numbers: { per: 'device' } },
        window: 'P1D',
        limit: 5,
        outcome: 'refuse',
      },
      { id: 'tries', clause: '2.3(3)', when: { attempts: { per: 'ip' } }, window: 'PT1H', limit: 3, outcome: 'refuse' },
    ],
  });
  const start = new Date('2026-11-23T00:00:00Z');
  const at = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);

  it('rules that count the same share one set; a scope that is missing counts nothing', () => {
    const marks = marksOf(policy, { stage: 'start', id: 'r1', keys: { number: 'n1', device: 'd' } });
    expect(marks).toEqual([
      { key: 'numbers:device:d', member: 'n1', windowsMs: [3_600_000, 86_400_000], cap: 6, rules: ['short', 'long'] },
    ]);
  });

  it('slides, counts a number once, and stops growing at the cap', () => {
    const store = new MemoryMarks();
    const count = (number: string, minutes: number): Record<string, number> => {
      const marks = marksOf(policy, { stage: 'start', id: `r${number}${minutes}`, keys: { number, device: 'd' } });
      return readingsOf(policy, marks, store.count(marks, at(minutes))).counts;
    };
    expect(count('n1', 0)).toEqual({ short: 1, long: 1 });
    expect(count('n1', 1)).toEqual({ short: 1, long: 1 });
    expect(count('n2', 30)).toEqual({ short: 2, long: 2 });
    expect(count('n3', 61)).toEqual({ short: 2, long: 3 });
    for (let i = 4; i < 40; i += 1) count(`n${i}`, 70);
    expect(count('n99', 71).long).toBe(7);
    expect(count('n99', 24 * 60 + 80)).toEqual({ short: 1, long: 1 });
  });
});

describe('replay', () => {
  const policy = (limit: number): Policy =>
    policyOf({
      version: `l${limit}`,
      rules: [
        {
          id: 'device',
          clause: '2.3(3)',
          when: { numbers: { per: 'device' } },
          window: 'P1D',
          limit,
          outcome: 'refuse',
        },
      ],
    });
  const attempts: RecordedAttempt[] = Array.from({ length: 5 }, (_, i) => ({
    id: `d${i}`,
    registrationId: `r${i}`,
    stage: 'start' as const,
    at: new Date(Date.UTC(2026, 10, 23, 0, i)),
    outcome: 'allow' as const,
    rules: [],
    keys: { number: `n${i}`, device: 'd' },
    facts: {
      prefix: '+861380013',
      country: 'CN',
      age: 30,
      names: [],
      networks: [],
      barred: { number: false, device: false },
    },
  }));

  it('says what would change under a tighter limit, and nothing under the same', () => {
    const result = replay(policy(3), attempts);
    expect(result.totals).toEqual({ 'allow>allow': 3, 'allow>refuse': 2 });
    expect(result.changes.map((c) => [c.id, c.after, c.rules])).toEqual([
      ['d3', 'refuse', ['device']],
      ['d4', 'refuse', ['device']],
    ]);
    expect(replay(policy(5), attempts).changes).toEqual([]);
  });

  it('is honest about lists whose matches were not recorded', () => {
    const named = (name: string): Policy =>
      policyOf({
        version: 'n',
        names: { staff: [name] },
        rules: [
          { id: 'posing', clause: '2.3(1)', when: { display_name: { resembles: ['staff'] } }, outcome: 'refuse' },
        ],
      });
    expect(replay(named('admin'), attempts, [named('admin')]).notReplayable).toEqual([]);
    expect(replay(named('chief'), attempts, [named('admin')]).notReplayable).toEqual(['posing']);
  });
});

describe('scopes', () => {
  it.each([
    ['203.0.113.7', { ip: '203.0.113.7', subnet: '203.0.113.0/24' }],
    ['::ffff:203.0.113.7', { ip: '203.0.113.7', subnet: '203.0.113.0/24' }],
    ['2001:db8:1:2:3:4:5:6', { ip: '2001:0db8:0001:0002::/64', subnet: '2001:0db8:0001::/48' }],
    ['2001:db8::1', { ip: '2001:0db8:0000:0000::/64', subnet: '2001:0db8:0000::/48' }],
    ['::1', { ip: '0000:0000:0000:0000::/64', subnet: '0000:0000:0000::/48' }],
    ['unknown', undefined],
  ])('%s', (address, expected) => expect(networksOfAddress(address)).toEqual(expected));

  it('groups the hundred neighbouring numbers', () => {
    const blocks = ['+8613800138000', '+8613800138099', '+8613800138100'].map((e164) => scopesOf({ e164 }).block);
    expect(blocks[0]).toBe(blocks[1]);
    expect(blocks[0]).not.toBe(blocks[2]);
  });
});
