import { DELIVERY, DELIVERY_STATES } from './delivery-lifecycle.js';

describe('a webhook delivery', () => {
  it.each(DELIVERY_STATES.flatMap((state) => DELIVERY.commands.map((command) => [state, command] as const)))(
    '%s: %s goes where the table says or is refused',
    (state, command) => {
      const next = DELIVERY.next(state, command);
      if (next === undefined) expect(() => DELIVERY.move(state, command)).toThrow();
      else expect(DELIVERY.move(state, command)).toBe(next);
    },
  );

  it('that is parked comes back only on request, and a cancelled one never', () => {
    expect(DELIVERY.possible('parked')).toEqual(['redeliver', 'cancel']);
    expect(DELIVERY.possible('cancelled')).toEqual([]);
  });
});
