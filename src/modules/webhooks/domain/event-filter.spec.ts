import { EVENT_FILTER, wants } from './event-filter.js';

describe('event filters', () => {
  it('take a type, a noun or everything', () => {
    expect(wants(['*'], 'account.registered')).toBe(true);
    expect(wants(['account.*'], 'account.registered')).toBe(true);
    expect(wants(['account.registered'], 'account.registered')).toBe(true);
    expect(wants(['account.*'], 'accounts.registered')).toBe(false);
    expect(wants(['account.registered'], 'account.registered_again')).toBe(false);
    expect(wants([], 'account.registered')).toBe(false);
  });

  it.each(['', 'account', '.*', 'Account.x', 'a.b*', 'a..b', '**'])('refuse %p', (text) => {
    expect(EVENT_FILTER.test(text)).toBe(false);
  });
});
