import fc from 'fast-check';
import {
  type FlowCommand,
  type FlowState,
  flowStateAt,
  thirdPartyFlowLifecycle as lifecycle,
} from './third-party-flow-lifecycle.js';

const ALLOWED: Record<FlowState, Partial<Record<FlowCommand, FlowState>>> = {
  started: { redirect: 'redirected', expire: 'expired' },
  redirected: { answer: 'answered', expire: 'expired' },
  answered: { authenticate: 'authenticated', fail: 'failed', expire: 'expired' },
  authenticated: { complete: 'completed', expire: 'expired' },
  completed: {},
  failed: {},
  expired: {},
};
const pairs = lifecycle.states.flatMap((state) => lifecycle.commands.map((command) => [state, command] as const));

it.each(pairs)('%s × %s', (state, command) => {
  const expected = ALLOWED[state][command];
  expect(lifecycle.next(state, command)).toBe(expected);
  if (expected === undefined)
    expect(() => lifecycle.move(state, command)).toThrow(expect.objectContaining({ code: 'wrong_state' }));
});

it('no run of commands completes without each step, once', () => {
  const way: FlowCommand[] = ['redirect', 'answer', 'authenticate', 'complete'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lifecycle.commands), { maxLength: 30 }), (commands) => {
      let state: FlowState = lifecycle.initial;
      const taken: FlowCommand[] = [];
      for (const command of commands) {
        const before = state;
        const next = lifecycle.next(state, command);
        if (next !== undefined) taken.push(command);
        state = next ?? state;
        if (lifecycle.isTerminal(before)) expect(state).toBe(before);
      }
      if (state === 'completed') expect(taken).toEqual(way);
    }),
  );
});

describe('time', () => {
  const expiresAt = new Date('2026-11-23T12:00:00Z');
  it.each(lifecycle.states)('%s before and at its end', (state) => {
    expect(flowStateAt({ state, expiresAt }, new Date(expiresAt.getTime() - 1))).toBe(state);
    expect(flowStateAt({ state, expiresAt }, expiresAt)).toBe(lifecycle.isTerminal(state) ? state : 'expired');
  });
});
