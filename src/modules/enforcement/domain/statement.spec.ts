import type { PlannedMeasure } from './actions.js';
import { disclosed, issued, proportionalityMissing, type StatementFacts, statementOf } from './statement.js';
import type { Clause } from './taxonomy.js';

const now = new Date('2026-11-23T08:00:00Z');
const inDays = (n: number): Date => new Date(now.getTime() + n * 86_400_000);
const clause = (over: Partial<Clause> = {}): Clause => ({
  ref: '3.6(1)',
  zh: '用于非法目的',
  en: 'Unlawful purpose',
  text: '…',
  matter: 'purpose',
  severity: 'high',
  priority: 85,
  sla: 'PT8H',
  ladder: 'serious',
  fraud: false,
  materials: null,
  reportWithin: null,
  textDigest: 'd',
  ...over,
});
const suspension: PlannedMeasure = {
  type: 'suspension',
  features: [],
  startsAt: now,
  endsAt: null,
  reviewAt: inDays(30),
  openEndedReason: 'Until it is known who holds it.',
  instructions: null,
  identifierKinds: [],
  contents: [],
};
const input = { facts: 'F', explanation: 'E', automatedDetection: false, automatedDecision: 'none' as const };
const facts: StatementFacts = {
  measures: [suspension],
  source: 'report',
  clauses: [clause()],
  agreement: { documentId: 'user_agreement', version: '2025-01-20' },
  measuresClause: '7.1',
  notice: { choice: 'given' },
  appealUntil: inDays(180),
  decidedByRole: 'moderator',
  approvedByRole: null,
  priorWarning: undefined,
  fourEyes: ['open_ended_suspension'],
  suggestion: undefined,
  deviationReason: null,
  evidence: ['h'],
  language: 'en',
  issuedAt: now,
  reference: 'r',
};

describe('the statement of reasons', () => {
  it('says why a measure has no end, and when it is looked at again', () => {
    expect(statementOf(input, facts)['measures']).toMatchObject([
      { endsAt: null, openEndedReason: 'Until it is known who holds it.', reviewAt: inDays(30).toISOString() },
    ]);
  });

  it('of a measure against fraud names what to submit, in the configured words unless there are others', () => {
    const fraud = { ...facts, clauses: [clause({ fraud: true, materials: { zh: '身份证', en: 'Identity card.' } })] };
    expect(statementOf(input, fraud)['redress']).toMatchObject({ requiredMaterials: 'Identity card.' });
    expect(statementOf(input, { ...fraud, language: 'zh-CN' })['redress']).toMatchObject({
      requiredMaterials: '身份证',
    });
    const own = { ...input, requiredMaterials: 'A receipt.' };
    expect(statementOf(own, fraud)['redress']).toMatchObject({ requiredMaterials: 'A receipt.' });
    expect(statementOf(input, facts)['redress']).not.toHaveProperty('requiredMaterials');
  });

  it('of a suspension refers to the warning before it; other measures do not', () => {
    const priorWarning = { reference: 'w', givenAt: inDays(-3) };
    const said = { reference: 'w', givenAt: inDays(-3).toISOString() };
    expect(statementOf(input, { ...facts, priorWarning })['priorWarning']).toEqual(said);
    const warning = { ...suspension, type: 'warning' as const };
    expect(statementOf(input, { ...facts, priorWarning, measures: [warning] })).not.toHaveProperty('priorWarning');
    const told = statementOf({ ...input, priorWarning: 'By letter.' }, { ...facts, priorWarning });
    expect(told['priorWarning']).toEqual({ text: 'By letter.' });
  });

  it('asks what was weighed where somebody is suspended again, and only there', () => {
    const before = (strikesBefore: number) => ({
      ladder: 'serious',
      strikeValue: 3,
      strikesBefore,
      strikesAfter: strikesBefore + 3,
      measure: 'suspension' as const,
      period: 'P7D',
      banTerm: 'P1Y',
    });
    expect(proportionalityMissing(input, [suspension], before(3))).toBe(true);
    expect(proportionalityMissing({ ...input, proportionality: ' ' }, [suspension], before(3))).toBe(true);
    expect(proportionalityMissing({ ...input, proportionality: 'Four of five.' }, [suspension], before(3))).toBe(false);
    expect(proportionalityMissing(input, [suspension], before(0))).toBe(false);
    expect(proportionalityMissing(input, [{ ...suspension, type: 'closure' }], before(3))).toBe(false);
  });

  it('is given with the times that hold when a second person has agreed; its reasons stay as they were proposed', () => {
    const proposed = statementOf(input, { ...facts, measures: [{ ...suspension, endsAt: inDays(7) }] });
    const given = issued(proposed, {
      issuedAt: inDays(2),
      appealUntil: inDays(182),
      approvedByRole: 'legal',
      measures: [{ type: 'suspension', startsAt: inDays(2), endsAt: inDays(9) }],
    });
    expect(given).toMatchObject({
      issuedAt: inDays(2).toISOString(),
      measures: [{ startsAt: inDays(2).toISOString(), endsAt: inDays(9).toISOString() }],
      redress: { appealUntil: inDays(182).toISOString(), where: '/v1/appeals' },
      decidedByRole: 'moderator',
      approvedByRole: 'legal',
    });
    const times = { issuedAt: 0, measures: 0, redress: 0, approvedByRole: 0 };
    expect({ ...given, ...times }).toEqual({ ...proposed, ...times });
  });

  it('keeps from the person what is reckoned inside', () => {
    const shown = disclosed(statementOf({ ...input, proportionality: 'P' }, { ...facts, deviationReason: 'inside' }));
    expect(Object.keys(shown)).not.toEqual(expect.arrayContaining(['ladder']));
    expect(JSON.stringify(shown)).not.toContain('inside');
    expect(shown).toMatchObject({
      proportionality: 'P',
      clauses: [{ agreementVersion: '2025-01-20', textDigest: 'd' }],
    });
  });
});
