import { ACTS, mayDo } from './access.js';
import { ACCOUNT_STATES } from './account-lifecycle.js';

/** Row 8: each status × each privileged path, written out. */
const EXPECTED = `
                    awaiting_guardian active frozen closed deregistering deregistered
sign_in             yes               yes    yes    yes    yes           no
refresh             yes               yes    yes    yes    yes           no
read                yes               yes    yes    yes    yes           no
edit_profile        no                yes    no     no     no            no
change_identifier   no                yes    no     no     no            no
object_to_data_use  yes               yes    yes    yes    yes           no
freeze              no                yes    no     no     no            no
unfreeze            no                no     yes    no     no            no
deregister          yes               yes    yes    yes    no            no
`;

const [header = [], ...lines] = EXPECTED.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const cells = lines.flatMap(([act = '', ...answers]) =>
  header.map((state, i) => ({ act, state, allowed: answers[i] === 'yes' })),
);

it('row 8: the matrix names every state and every path', () => {
  expect([...header].sort()).toEqual([...ACCOUNT_STATES].sort());
  expect(lines.map((l) => l[0]).sort()).toEqual([...ACTS].sort());
});

it.each(cells)('row 8: $state, $act: $allowed', ({ act, state, allowed }) => {
  expect(mayDo(state as never, act as never)).toBe(allowed);
});
