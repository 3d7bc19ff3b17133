import fc from 'fast-check';
import {
  isLive,
  type ReviewTaskCommand,
  type ReviewTaskState,
  reviewTaskLifecycle as lifecycle,
  stateAt,
} from './review-task-lifecycle.js';

const EXPECTED: Record<ReviewTaskState, Partial<Record<ReviewTaskCommand, ReviewTaskState>>> = {
  open: { claim: 'claimed', assign: 'open', snooze: 'snoozed', escalate: 'open', cancel: 'cancelled' },
  claimed: {
    extend: 'claimed',
    release: 'open',
    expire: 'open',
    assign: 'open',
    snooze: 'snoozed',
    escalate: 'open',
    complete: 'done',
    cancel: 'cancelled',
  },
  snoozed: { wake: 'open', assign: 'open', cancel: 'cancelled' },
  done: {},
  cancelled: {},
};

describe('the life of a review task', () => {
  const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));

  it.each(pairs)('%s × %s', (state, command) => expect(lifecycle.next(state, command)).toBe(EXPECTED[state][command]));

  it('is done only by somebody who holds it', () => {
    expect(lifecycle.states.filter((state) => lifecycle.can(state, 'complete'))).toEqual(['claimed']);
    expect(lifecycle.states.filter(isLive)).toEqual(['open', 'claimed', 'snoozed']);
  });

  it('stays claimed while a decision waits out its undo window, however late', () => {
    const end = new Date(1_700_000_000_000);
    const late = new Date(end.getTime() + 86_400_000);
    expect(stateAt({ state: 'claimed', leaseUntil: end, snoozedUntil: null, decidingUntil: end }, late)).toBe(
      'claimed',
    );
    expect(stateAt({ state: 'claimed', leaseUntil: end, snoozedUntil: null, decidingUntil: null }, late)).toBe('open');
  });

  it('returns to open by time alone, exactly when lease or snooze end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('claimed' as const, 'snoozed' as const),
        fc.integer({ min: -1000, max: 1000 }),
        (state, ms) => {
          const end = new Date(1_700_000_000_000);
          const task = {
            state,
            leaseUntil: state === 'claimed' ? end : null,
            snoozedUntil: state === 'snoozed' ? end : null,
          };
          expect(stateAt(task, new Date(end.getTime() + ms))).toBe(ms >= 0 ? 'open' : state);
        },
      ),
    );
  });
});
