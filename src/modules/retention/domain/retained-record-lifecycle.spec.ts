import { readRefusal, RETAINED_RECORD_LIFECYCLE, retainedState } from './retained-record-lifecycle.js';

describe('reading a retained record', () => {
  const now = new Date('2026-11-23T00:00:00Z');
  const later = new Date('2027-01-01T00:00:00Z');
  const record = { readers: ['auditor'], expiresAt: later, holds: 0 };

  it('is for the roles of its class', () => {
    expect(readRefusal(record, ['auditor'], now)).toBeUndefined();
    expect(readRefusal(record, ['ops'], now)).toBe('role');
  });

  it('ends with its period, to the instant', () => {
    expect(readRefusal({ ...record, expiresAt: now }, ['auditor'], now)).toBe('expired');
    expect(retainedState(now, 0, now)).toBe('expired');
  });

  it('is not opened by a hold: past its period only legal reads what is held', () => {
    const held = { ...record, expiresAt: now, holds: 1 };
    expect(readRefusal(held, ['auditor'], now)).toBe('expired');
    expect(readRefusal(held, ['legal'], now)).toBeUndefined();
    expect(retainedState(now, 1, now)).toBe('held');
  });
});

describe('a retained record', () => {
  it('is destroyed for good, and only once it is expired', () => {
    expect(RETAINED_RECORD_LIFECYCLE.isTerminal('destroyed')).toBe(true);
    for (const state of ['sealed', 'held'] as const)
      expect(RETAINED_RECORD_LIFECYCLE.can(state, 'destroy')).toBe(false);
    expect(RETAINED_RECORD_LIFECYCLE.next('expired', 'hold')).toBe('held');
  });
});
