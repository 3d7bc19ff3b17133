import { backOffMs, currentPhase, isClaimable, PHASES, unitsOf, type UnitState } from './unit.js';

const plan = { participants: ['chat', 'billing'], seal: ['acceptances'], erase: ['codes', 'account'] };

describe('erasure units', () => {
  it('R43 seals before any participant is told to erase, and fences before it seals', () => {
    const at = (phase: string): number => PHASES.findIndex((p) => p === phase);
    expect(at('record_intent')).toBeLessThan(at('fence'));
    expect(at('fence')).toBeLessThan(at('seal'));
    expect(at('seal')).toBeLessThan(at('erase_outside'));
  });

  it('R11 R42 verifies before it certifies and frees the identifier last', () => {
    expect(PHASES.slice(-3)).toEqual(['verify', 'receipt', 'release']);
  });

  it('makes one unit of each participant and phase, and of each class', () => {
    const units = unitsOf(plan);
    expect(new Set(units.map((u) => `${u.phase}/${u.unit}`)).size).toBe(units.length);
    expect(units.filter((u) => u.unit === 'chat').map((u) => u.phase)).toEqual(['fence', 'erase_outside']);
    expect(units.filter((u) => u.phase === 'erase_inside').map((u) => u.unit)).toEqual([
      'codes',
      'account',
      'number_traces',
    ]);
  });

  it('works in the first phase with something left; deferred units hold nobody up', () => {
    const units = unitsOf(plan).map((u) => ({ ...u, state: 'planned' as UnitState }));
    expect(currentPhase(units)).toBe('record_intent');
    const done = units.map((u) => ({
      ...u,
      state: (u.phase < 'a' || u.phase === 'record_intent' ? 'done' : u.state) as UnitState,
    }));
    expect(currentPhase(done)).toBe('fence');
    expect(currentPhase(units.map((u) => ({ ...u, state: u.phase === 'seal' ? 'deferred' : 'done' })))).toBeUndefined();
  });

  it('R17 gives a unit to somebody else only after its lease', () => {
    const now = new Date(1_000_000);
    const unit = { phase: 'seal', unit: 'x', attempts: 1, nextAttemptAt: now } as const;
    expect(isClaimable({ ...unit, state: 'running', leaseUntil: new Date(1_000_001) }, now)).toBe(false);
    expect(isClaimable({ ...unit, state: 'running', leaseUntil: now }, now)).toBe(true);
    expect(isClaimable({ ...unit, state: 'failed', leaseUntil: null, nextAttemptAt: new Date(1_000_001) }, now)).toBe(
      false,
    );
    expect(isClaimable({ ...unit, state: 'done', leaseUntil: null }, now)).toBe(false);
    expect(isClaimable({ ...unit, state: 'deferred', leaseUntil: null }, now)).toBe(false);
  });

  it('backs off, capped', () => {
    expect([1, 2, 3, 50].map((n) => backOffMs(n, 100, 1000))).toEqual([100, 200, 400, 1000]);
  });
});
