import { blocks, OBLIGATION_KINDS, type Obligation, obstaclesOf } from './obstacles.js';

const now = new Date('2026-11-23T00:00:00Z');
const obligation = (over: Partial<Obligation> = {}): Obligation => ({
  participant: 'billing',
  kind: 'unpaid_balance',
  reference: 'inv-1',
  howToClear: { zh: '请先结清欠款。', en: 'Pay the open invoice.' },
  reportedAt: now,
  ...over,
});
const DAY = 86_400_000;

describe('obstacles to leaving (DER-1)', () => {
  it.each(OBLIGATION_KINDS.map((kind) => [kind, kind !== 'unused_credit'] as const))(
    '%s blocks: %s',
    (kind, expected) => {
      expect(blocks(obstaclesOf([obligation({ kind })], now, 30 * DAY))).toBe(expected);
    },
  );

  it('a report that nobody repeats stops blocking', () => {
    const old = obligation({ reportedAt: new Date(now.getTime() - 31 * DAY) });
    expect(obstaclesOf([old], now, 30 * DAY)).toMatchObject([{ stale: true, blocking: false }]);
  });

  it('nothing reported, nothing in the way', () => expect(blocks([])).toBe(false));
});
