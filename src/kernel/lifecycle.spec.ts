import { isDomainError } from './domain-error.js';
import { Lifecycle } from './lifecycle.js';

const door = new Lifecycle('door', 'open', ['gone'], {
  open: { close: 'shut', remove: 'gone' },
  shut: { open: 'open' },
  gone: {},
} as const);

it('moves by its table', () => {
  expect(door.move('open', 'close')).toBe('shut');
  expect(door.next('shut', 'remove')).toBeUndefined();
});

it('refuses with the state, the command and what would be possible', () => {
  try {
    door.move('shut', 'remove');
    throw new Error('was allowed');
  } catch (error) {
    expect(isDomainError(error) && error.options.extra).toEqual({
      lifecycle: 'door',
      state: 'shut',
      command: 'remove',
      possible: ['open'],
    });
  }
});

it.each([
  ['an unreachable state', { a: { go: 'b' }, b: {}, c: { go: 'b' } }, 'c is unreachable'],
  ['a dead end', { a: { go: 'b', stay: 'c' }, b: {}, c: { stay: 'c' } }, 'c is a dead end'],
  ['a way out of a terminal state', { a: { go: 'b' }, b: { back: 'a' } }, 'terminal b has a way out'],
])('does not start with %s', (_name, table, message) => {
  expect(() => new Lifecycle<string, string>('broken', 'a', ['b'], table as never)).toThrow(message);
});

it('draws itself', () =>
  expect(door.toMermaid()).toBe(
    [
      'stateDiagram-v2',
      '  [*] --> open',
      '  open --> shut: close',
      '  open --> gone: remove',
      '  shut --> open: open',
      '  gone --> [*]',
    ].join('\n'),
  ));
