import { dispositionOf } from './acknowledgement.js';

const unit = { phase: 'fence', state: 'running', told: true } as const;

describe('R22 what an acknowledgement is worth', () => {
  it.each([
    ['done', unit, 'accepted'],
    ['refused', unit, 'refusal'],
    ['done', { ...unit, state: 'failed' }, 'accepted'],
    ['done', { ...unit, state: 'done' }, 'duplicate'],
    ['refused', { ...unit, state: 'done' }, 'duplicate'],
    ['done', { ...unit, state: 'planned', told: false }, 'early'],
    ['done', undefined, 'unknown'],
    ['done', { ...unit, phase: 'seal' }, 'unknown'],
  ] as const)('%s about %j is %s', (outcome, about, expected) => {
    expect(dispositionOf(outcome, { unit: about })).toBe(expected);
  });
});
