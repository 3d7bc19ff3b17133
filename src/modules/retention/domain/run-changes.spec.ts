import { changedClasses } from './run-changes.js';

const logs = { recordClass: 'access_log', due: 4, held: 1 };
const codes = { recordClass: 'one_time_code', due: 2, held: 0 };

describe('what changed since a dry run', () => {
  it('is nothing while the counts are the same', () =>
    expect(changedClasses([logs, codes], [codes, logs])).toEqual([]));

  it('names a class whose rows went, came under a hold or came free', () => {
    expect(changedClasses([logs, codes], [{ ...logs, held: 3 }, codes])).toEqual([
      { recordClass: 'access_log', then: { due: 4, held: 1 }, now: { due: 4, held: 3 } },
    ]);
    expect(changedClasses([codes], [])).toEqual([
      { recordClass: 'one_time_code', then: { due: 2, held: 0 }, now: { due: 0, held: 0 } },
    ]);
  });
});
