import { heldDecisionLifecycle as lifecycle, mayUndo } from './held-decision-lifecycle.js';

describe('a decision in its undo window', () => {
  it('ends once, in one of three ways', () => {
    expect(lifecycle.next('held', 'take_effect')).toBe('in_effect');
    expect(lifecycle.next('held', 'undo')).toBe('undone');
    expect(lifecycle.next('held', 'refuse')).toBe('refused');
    for (const end of lifecycle.terminal)
      for (const command of lifecycle.commands) expect(lifecycle.next(end, command)).toBeUndefined();
  });

  it('is taken back until its moment, and not in it', () => {
    const at = new Date(1_700_000_000_000);
    expect(mayUndo(at, new Date(at.getTime() - 1))).toBe(true);
    expect(mayUndo(at, at)).toBe(false);
  });
});
