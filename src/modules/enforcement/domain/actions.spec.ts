import { type Action, type ActionFacts, planned } from './actions.js';
import { actionProblems } from './action-problems.js';
import { deviates } from './deviation.js';
import { fourEyesReasons } from './four-eyes.js';

const now = new Date('2026-11-23T08:00:00Z');
const facts: ActionFacts = {
  now,
  accountState: 'active',
  live: [],
  knownFeatures: ['chat', 'share'],
  contentSystems: ['chat'],
  longestBan: 'P3Y',
  longestReview: 'P1Y',
  banTerm: 'P1Y',
};
const codes = (actions: Action[], over: Partial<ActionFacts> = {}): string[] =>
  actionProblems(actions, { ...facts, ...over }).map((p) => p.code);
const live = (type: 'suspension' | 'feature_restriction', endsAt: Date | null, features: string[] = []) => ({
  id: 's1',
  type,
  features,
  startsAt: now,
  endsAt,
});
const inDays = (n: number): Date => new Date(now.getTime() + n * 86_400_000);

describe('the measures of a decision (7.1)', () => {
  it('accepts each of the seven where it fits', () => {
    expect(codes([{ type: 'warning' }])).toEqual([]);
    expect(codes([{ type: 'rectification', instructions: 'Change your name.', duration: 'P7D' }])).toEqual([]);
    expect(codes([{ type: 'feature_restriction', features: ['chat'], duration: 'P1D' }])).toEqual([]);
    expect(codes([{ type: 'suspension', duration: 'P7D' }])).toEqual([]);
    expect(
      codes([{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P1Y', identifierKinds: ['phone'] }]),
    ).toEqual([]);
    expect(codes([{ type: 'content_removal', contents: [{ system: 'chat', ref: 'c1' }] }])).toEqual([]);
  });

  it('names every problem at once', () => {
    expect(
      codes([{ type: 'suspension' }, { type: 'feature_restriction', features: ['fly'] }, { type: 'rectification' }]),
    ).toEqual([
      'open_ended_reason_missing',
      'review_missing',
      'open_ended_reason_missing',
      'unknown_feature',
      'deadline_missing',
      'instructions_missing',
    ]);
  });

  it('lets a suspension or restriction stand without an end where the person is told why', () => {
    const openEnded = { openEndedReason: 'Until it is known who holds it.' };
    expect(codes([{ type: 'suspension', reviewAt: inDays(30), ...openEnded }])).toEqual([]);
    expect(codes([{ type: 'suspension', reviewAt: inDays(30) }])).toEqual(['open_ended_reason_missing']);
    expect(codes([{ type: 'feature_restriction', features: ['chat'], ...openEnded }])).toEqual([]);
  });

  it('a date to look again lies ahead, while the measure lasts, and not years away; a ban longer than its gravity has one', () => {
    const openEnded = (days: number): Action => ({
      type: 'suspension',
      reviewAt: inDays(days),
      openEndedReason: 'Until it is known who holds it.',
    });
    expect(codes([openEnded(365)])).toEqual([]);
    expect(codes([openEnded(400)])).toEqual(['review_out_of_time']);
    expect(codes([openEnded(-1)])).toEqual(['review_out_of_time']);
    expect(codes([{ type: 'suspension', duration: 'P7D', reviewAt: inDays(8) }])).toEqual(['review_out_of_time']);
    const ban = (duration: string, reviewAt?: Date): Action[] => [
      { type: 'closure' },
      { type: 'reregistration_ban', duration, ...(reviewAt && { reviewAt }) },
    ];
    expect(codes(ban('P1Y'))).toEqual([]);
    expect(codes(ban('P2Y'))).toEqual(['review_missing']);
    expect(codes(ban('P2Y', inDays(300)))).toEqual([]);
  });

  it('refuses duplicates, contradictions and past deadlines', () => {
    expect(codes([{ type: 'suspension', duration: 'P1D' }], { live: [live('suspension', inDays(3))] })).toEqual([
      'already_suspended',
    ]);
    expect(codes([{ type: 'closure' }, { type: 'suspension', duration: 'P1D' }])).toEqual(['contradicts_closure']);
    expect(codes([{ type: 'suspension', endsAt: inDays(-1) }])).toEqual(['ends_before_start']);
    expect(codes([{ type: 'warning' }, { type: 'warning' }])).toEqual(['duplicate']);
    expect(codes([{ type: 'closure' }], { accountState: 'closed' })).toEqual(['account_closed']);
    expect(codes([{ type: 'reregistration_ban', duration: 'P1Y' }])).toEqual(['ban_needs_closure']);
    expect(codes([{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P9Y' }])).toEqual(['term_too_long']);
    expect(codes([{ type: 'closure' }, { type: 'reregistration_ban' }])).toEqual(['term_missing']);
  });

  it('lets a restriction add a feature or time, and refuses one that adds nothing', () => {
    const standing = { live: [live('feature_restriction', inDays(3), ['chat'])] };
    expect(codes([{ type: 'feature_restriction', features: ['chat'], duration: 'P1D' }], standing)).toEqual([
      'already_restricted',
    ]);
    expect(codes([{ type: 'feature_restriction', features: ['chat'], duration: 'P9D' }], standing)).toEqual([]);
    expect(codes([{ type: 'feature_restriction', features: ['chat', 'share'], duration: 'P1D' }], standing)).toEqual(
      [],
    );
  });

  it('still reaches a deregistered subject (2.5(2)), with what can reach it', () => {
    const gone = { accountState: 'deregistered' };
    expect(codes([{ type: 'reregistration_ban', duration: 'P1Y' }], gone)).toEqual([]);
    expect(codes([{ type: 'suspension', duration: 'P1D' }], gone)).toEqual(['account_gone']);
  });

  it('asks for a second person for closure, ban and open-ended suspension only', () => {
    const reasons = (actions: Action[]): string[] => fourEyesReasons(planned(actions, now), facts.longestReview);
    expect(reasons([{ type: 'suspension', duration: 'P1D' }, { type: 'warning' }])).toEqual([]);
    expect(reasons([{ type: 'suspension', reviewAt: inDays(30) }])).toEqual(['open_ended_suspension']);
    expect(reasons([{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P1Y' }])).toEqual([
      'closure',
      'reregistration_ban',
    ]);
  });

  it('takes an end far away for none: a suspension of more than a year has a second person and a review date', () => {
    const reasons = (duration: string): string[] =>
      fourEyesReasons(planned([{ type: 'suspension', duration }], now), facts.longestReview);
    expect(reasons('P1Y')).toEqual([]);
    expect(reasons('P1Y1D')).toEqual(['long_suspension']);
    expect(reasons('P99Y')).toEqual(['long_suspension']);
    expect(codes([{ type: 'suspension', duration: 'P1Y' }])).toEqual([]);
    expect(codes([{ type: 'suspension', duration: 'P99Y' }])).toEqual(['review_missing']);
    expect(codes([{ type: 'suspension', duration: 'P99Y', reviewAt: inDays(300) }])).toEqual([]);
  });

  it('knows a deviation from the ladder in either direction', () => {
    const suggestion = {
      ladder: 'serious',
      strikeValue: 3,
      strikesBefore: 0,
      strikesAfter: 3,
      measure: 'suspension',
      period: 'P7D',
      banTerm: 'P1Y',
    } as const;
    expect(deviates(planned([{ type: 'suspension', duration: 'P7D' }, { type: 'warning' }], now), suggestion)).toBe(
      false,
    );
    expect(deviates(planned([{ type: 'suspension', duration: 'P1D' }], now), suggestion)).toBe(true);
    expect(deviates(planned([{ type: 'closure' }], now), suggestion)).toBe(true);
    expect(deviates(planned([{ type: 'warning' }], now), suggestion)).toBe(true);
  });

  it('takes a ban of the graded term, and none, as what goes with a suggested closure', () => {
    const closure = {
      ladder: 'grave',
      strikeValue: 6,
      strikesBefore: 6,
      strikesAfter: 12,
      measure: 'closure',
      period: null,
      banTerm: 'P1Y',
    } as const;
    const closingFor = (duration: string): boolean =>
      deviates(planned([{ type: 'closure' }, { type: 'reregistration_ban', duration }], now), closure);
    expect(deviates(planned([{ type: 'closure' }], now), closure)).toBe(false);
    expect(closingFor('P1Y')).toBe(false);
    expect(closingFor('P6M')).toBe(true);
    expect(closingFor('P2Y')).toBe(true);
    // Nobody suggested to close it.
    const milder = { ...closure, measure: 'suspension', period: 'P7D' } as const;
    expect(deviates(planned([{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P1Y' }], now), milder)).toBe(
      true,
    );
  });
});
