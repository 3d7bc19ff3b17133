import { mayExecute, overrun, type Periods, timelineOf } from './timeline.js';

const periods: Periods = {
  coolingOff: 'P7D',
  reminderBefore: 'P1D',
  reviewLimit: 'P5D',
  finalNoticeLead: 'P1D',
  executionLimit: 'P2D',
};

describe('the clock of a deregistration', () => {
  it('R39 counts cooling-off from the verified request', () => {
    const t = timelineOf(new Date('2026-11-23T15:30:00Z'), periods);
    expect(t.coolingOffEndsAt.toISOString()).toBe('2026-11-30T15:30:00.000Z');
    expect(t.reminderDueAt.toISOString()).toBe('2026-11-29T15:30:00.000Z');
  });

  it('reminds at the end where cooling-off is shorter than the lead', () => {
    const t = timelineOf(new Date(0), { ...periods, coolingOff: 'PT2S' });
    expect(t.reminderDueAt).toEqual(t.coolingOffEndsAt);
  });

  it('R39 refuses periods that cannot keep the legal limit, and says which', () => {
    expect(overrun(periods, 18)).toBeUndefined();
    expect(overrun({ ...periods, coolingOff: 'P9D' }, 18)).toBeUndefined();
    expect(overrun({ ...periods, coolingOff: 'P10D' }, 18)).toMatch(/coolingOff P10D \+ reviewLimit P5D/);
  });

  it('R45 executes only a configured time after the final notice really went out', () => {
    const now = new Date('2026-12-05T00:00:00Z');
    expect(mayExecute({ now, finalNoticeAt: null }, 'P1D')).toBe(false);
    expect(mayExecute({ now, finalNoticeAt: new Date('2026-12-04T00:00:01Z') }, 'P1D')).toBe(false);
    expect(mayExecute({ now, finalNoticeAt: new Date('2026-12-04T00:00:00Z') }, 'P1D')).toBe(true);
  });
});
