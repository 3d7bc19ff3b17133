import { declaredOutcomes, defineOutcomes, outcomeOf } from './task-outcome.js';

describe('in what a task ends', () => {
  defineOutcomes('of_the_test', ['kept', 'lifted']);

  it('is one of the codes that its module declared, alone or with what belongs to it', () => {
    expect(declaredOutcomes().get('of_the_test')).toEqual(['kept', 'lifted']);
    expect(outcomeOf('of_the_test', 'kept')).toEqual({ code: 'kept' });
    const told = { code: 'lifted', clauses: ['3.3(9)'], measures: [{ type: 'suspension', endsAt: null }] };
    expect(outcomeOf('of_the_test', told)).toEqual(told);
  });

  it('is never something that nobody has words for', () => {
    expect(() => outcomeOf('of_the_test', 'forgotten')).toThrow('ends in one of kept, lifted');
    expect(() => outcomeOf('of_the_test', undefined)).toThrow('not in nothing');
    expect(outcomeOf('a_kind_that_declares_nothing', undefined)).toBeNull();
  });
});
