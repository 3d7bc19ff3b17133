import TestSequencer from '@jest/test-sequencer';

/** Suites that start or end real processes and browsers: on a fresh machine Jest only knows how long their files are. */
const SLOW = [
  'integration/saga-kill',
  'browser/afterwards',
  'browser/looks',
  'browser/people-looks',
  'e2e/commands',
  'browser/ops',
  'integration/enforcement-kill',
  'integration/demo-scenarios',
  'integration/health',
  'e2e/first-requests',
  'integration/deregistration-races',
  'integration/retention-dispositions',
  'browser/',
  'e2e/enumeration',
];
const rankOf = (path) => {
  const rank = SLOW.findIndex((part) => path.includes(`/test/${part}`));
  return rank === -1 ? SLOW.length : rank;
};

/** The longest suites first, so that no core waits for one of them at the end; all others in Jest's own order. */
export default class SlowestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a.path) - rankOf(b.path));
  }
}
