import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { addPeriod } from '../../../kernel/period.js';
import { readTaxonomy, SEVERITIES, versionFor } from './taxonomy.js';

const source = (): Record<string, unknown> =>
  parse(readFileSync('config/violations.yaml', 'utf8')) as Record<string, unknown>;

describe('violations.yaml', () => {
  const reading = readTaxonomy(source());
  if (!reading.ok) throw new Error(reading.problems.join('\n'));
  const { taxonomy } = reading;

  it('has every item of 2.3 and 3.3–3.6 of the agreement of 2025-01-20 (ENF-0)', () => {
    const items = (section: string, count: number): string[] =>
      Array.from({ length: count }, (_, i) => `${section}(${i + 1})`);
    const expected = [
      ...items('2.3', 4),
      ...items('3.3', 11),
      ...items('3.4', 3),
      ...items('3.5', 4),
      ...items('3.6', 5),
    ];
    expect([...versionFor(taxonomy, '2025-01-20').clauses.keys()]).toEqual(expected);
  });

  it('answers with the newest version that is not younger than the agreement', () => {
    expect(versionFor(taxonomy, '2030-01-01').agreementVersion).toBe('2025-01-20');
    expect(versionFor(taxonomy, undefined).agreementVersion).toBe('2025-01-20');
  });

  it('has words on what to submit for every clause against fraud (反电信网络诈骗法 32(3))', () => {
    const fraud = [...versionFor(taxonomy, undefined).clauses.values()].filter((c) => c.fraud);
    expect(fraud.length).toBeGreaterThan(0);
    expect(fraud.every((c) => c.materials !== null)).toBe(true);
    const version = {
      agreementVersion: '2030-01-01',
      clauses: [{ ref: '3.6(1)', fraud: true, materials: { zh: '身份证' } }],
    };
    const answer = readTaxonomy({ ...source(), versions: [version] });
    expect(answer.ok ? [] : answer.problems).toContain('2030-01-01 3.6(1): fraud, and no materials in zh and en');
  });

  it('grades bans by gravity, each longer than the one before', () => {
    const from = new Date('2026-01-01T00:00:00Z');
    const ends = SEVERITIES.map((each) => addPeriod(from, taxonomy.banTerms[each]).getTime());
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    const answer = readTaxonomy({ ...source(), banTerms: { low: 'P1D', medium: 'for ever', graver: 'P9Y' } });
    expect(answer.ok ? [] : answer.problems).toEqual([
      'banTerms: unknown severity graver',
      'banTerms: medium has no period',
      'banTerms: high has no period',
      'banTerms: critical has no period',
    ]);
  });

  it('names every problem at once', () => {
    const broken = { ...source(), strikeLife: 'soon', versions: [{ clauses: [{ ref: 'x', ladder: 'none' }] }] };
    const answer = readTaxonomy(broken);
    expect(answer.ok).toBe(false);
    if (!answer.ok) expect(answer.problems.length).toBeGreaterThan(5);
  });
});
