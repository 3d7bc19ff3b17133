import { promisedEnd, type PromisedRecord, reconcile, type RegisterEntry, stateOf } from './register.js';

const FROM = new Date('2026-01-10T03:00:00Z');
const UNTIL = new Date('2026-07-10T16:00:00Z');
const BASIS = { kind: 'statutory', references: [{ instrument: '网络安全法', article: '23(3)' }] } as const;

const entry = (more: Partial<RegisterEntry>): RegisterEntry => ({
  recordId: 'r',
  recordClass: 'access_log',
  title: null,
  place: 'sealed',
  state: 'sealed',
  basis: BASIS,
  reason: null,
  trigger: 'account_ended',
  from: FROM,
  until: UNTIL,
  atExpiry: 'shred',
  readers: ['legal'],
  holds: [],
  itemCount: 1,
  policySha256: 'p',
  inReceipt: false,
  destroyed: null,
  ...more,
});
const promise = (more: Partial<PromisedRecord>): PromisedRecord => ({
  recordClass: 'access_log',
  basis: BASIS.references,
  from: FROM,
  until: UNTIL,
  readers: ['legal'],
  policySha256: 'p',
  byHold: false,
  ...more,
});

describe('the state of a line', () => {
  it.each([
    ['sealed', UNTIL, [], '2026-07-10T15:59:59Z', 'sealed'],
    ['in_place', UNTIL, [], '2026-07-10T15:59:59Z', 'in_place'],
    ['sealed', UNTIL, [], '2026-07-10T16:00:00Z', 'expired'],
    ['sealed', UNTIL, ['h'], '2026-07-10T16:00:00Z', 'held'],
    ['in_place', null, ['h'], '2026-07-10T16:00:00Z', 'held'],
    ['in_place', null, [], '2026-07-10T16:00:00Z', 'expired'],
  ] as const)('%s until %s under %j at %s is %s', (place, until, holds, now, state) => {
    expect(stateOf({ place, until, holds }, new Date(now))).toBe(state);
  });
});

describe('the receipt beside what is there', () => {
  it('marks what it names, once each, and leaves the rest alone', () => {
    const later = entry({ recordId: 'later', from: new Date('2026-03-01T00:00:00Z') });
    const { entries, gone } = reconcile([entry({}), later], [promise({})]);
    expect(entries.map((e) => [e.recordId, e.inReceipt])).toEqual([
      ['r', true],
      ['later', false],
    ]);
    expect(gone).toEqual([]);
  });

  it('knows rows in place by their class: their own times move on while a case does', () => {
    const kept = entry({ recordId: null, place: 'in_place', recordClass: 'enforcement_case', from: UNTIL });
    expect(reconcile([kept], [promise({ recordClass: 'enforcement_case' })]).gone).toEqual([]);
  });

  it('never takes what a hold keeps of a class for the sealed copy of it, nor the reverse', () => {
    const held = entry({ recordId: null, place: 'in_place', basis: null, until: null, holds: ['h'] });
    const byHold = promise({ byHold: true, until: null });
    expect(reconcile([held], [promise({}), byHold]).gone).toEqual([promise({})]);
    expect(reconcile([entry({})], [promise({}), byHold]).gone).toEqual([byHold]);
  });

  it('tells what of it is gone', () => {
    expect(reconcile([], [promise({})]).gone).toEqual([promise({})]);
  });

  it('knows the end also where a hold left the receipt without one', () => {
    expect(promisedEnd(promise({}), 'P6M')).toEqual(UNTIL);
    expect(promisedEnd(promise({ until: null }), 'P6M')).toEqual(UNTIL);
    expect(promisedEnd(promise({ until: null }), undefined)).toBeNull();
  });
});
