import { autoApproval, type AutoApprovalFacts } from './auto-approval.js';

const facts: AutoApprovalFacts = {
  no_obstacle: true,
  no_hold: true,
  no_open_case: true,
  not_sanctioned: true,
  adult: true,
  own_request: true,
};
const policy = { enabled: true, conditions: ['no_hold', 'adult'] as const, samplePercent: 0 };

describe('automatic approval', () => {
  it('is off unless switched on', () => {
    expect(autoApproval({ ...policy, enabled: false }, facts, 'a').approve).toBe(false);
  });

  it('needs every named condition and tells all outcomes', () => {
    expect(autoApproval(policy, facts, 'a').approve).toBe(true);
    const refused = autoApproval(policy, { ...facts, adult: false, no_hold: false }, 'a');
    expect(refused.approve).toBe(false);
    expect(refused.conditions).toEqual([
      { condition: 'no_hold', met: false },
      { condition: 'adult', met: false },
    ]);
  });

  it('approves nobody on an empty list of conditions', () => {
    expect(autoApproval({ ...policy, conditions: [] }, facts, 'a').approve).toBe(false);
  });

  it('samples a share for people to look at, always the same ones', () => {
    const ids = Array.from({ length: 2000 }, (_, i) => `request-${i}`);
    const sampled = ids.filter((id) => autoApproval({ ...policy, samplePercent: 10 }, facts, id).sampled);
    expect(sampled.length).toBeGreaterThan(140);
    expect(sampled.length).toBeLessThan(260);
    expect(sampled).toEqual(ids.filter((id) => autoApproval({ ...policy, samplePercent: 10 }, facts, id).sampled));
    expect(autoApproval({ ...policy, samplePercent: 100 }, facts, 'a').approve).toBe(false);
  });
});
