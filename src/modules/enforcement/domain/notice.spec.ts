import { noticeProblems } from './notice.js';

const now = new Date('2026-11-23T08:00:00Z');
const facts = { now, fraud: false, longestDelay: new Date('2027-05-23T08:00:00Z') };
const until = new Date('2026-12-23T08:00:00Z');

describe('notice (7.1, 反电信网络诈骗法 32(3))', () => {
  it('is given without further ado', () => expect(noticeProblems({ choice: 'given' }, facts)).toEqual([]));

  it('is withheld only with a reason and an end', () => {
    expect(noticeProblems({ choice: 'withheld' }, facts).map((p) => p.code)).toEqual(['reason_missing', 'end_missing']);
    expect(noticeProblems({ choice: 'withheld', reason: 'inquiry', until }, facts)).toEqual([]);
    expect(noticeProblems({ choice: 'delayed', reason: 'x', until: now }, facts).map((p) => p.code)).toEqual([
      'in_the_past',
    ]);
  });

  it('of a measure against fraud cannot be withheld, and is delayed only for an authority', () => {
    const fraud = { ...facts, fraud: true };
    expect(noticeProblems({ choice: 'withheld', reason: 'x', until }, fraud).map((p) => p.code)).toEqual([
      'fraud_must_be_told',
    ]);
    expect(noticeProblems({ choice: 'delayed', reason: 'x', until }, fraud).map((p) => p.code)).toEqual([
      'authority_missing',
    ]);
    expect(noticeProblems({ choice: 'delayed', reason: 'x', until, authorityReference: '公(网安)1号' }, fraud)).toEqual(
      [],
    );
  });
});
