import fc from 'fast-check';
import { ACCOUNT_STATES } from './account-lifecycle.js';
import { computeStanding, nextEntryChange } from './compute-standing.js';
import { type StandingEntry, type StandingFacts, type StandingPolicy } from './standing.js';

const POLICY: StandingPolicy = {
  ages: { contractCapacity: 8, dataConsent: 14, majority: 18 },
  minorLimits: { mode: 'minor', minutesPerDay: 120 },
};
const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const at = (minutes: number): Date => new Date(T0 + minutes * 60_000);

const entry = (o: Partial<StandingEntry>): StandingEntry => ({
  kind: 'block',
  code: 'suspension',
  clause: '7.1',
  feature: '',
  since: at(0),
  until: null,
  dueAt: null,
  blocksWhenDue: false,
  sanctionId: null,
  documentId: null,
  documentVersion: null,
  details: null,
  ...o,
});
const facts = (o: Partial<StandingFacts>): StandingFacts => ({
  accountId: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13',
  state: 'active',
  stateChangedAt: at(0),
  improvementObjection: false,
  storedVersion: 1,
  changedAt: at(0),
  entries: [],
  ...o,
});
const standing = (f: StandingFacts, minutes: number) => computeStanding(f, POLICY, at(minutes));

describe('one account in words', () => {
  it('is active when nothing stands against it', () => {
    expect(standing(facts({}), 5)).toMatchObject({
      status: 'active',
      mayUse: true,
      blocks: [],
      nextChangeAt: null,
      minor: null,
    });
  });

  it('a suspension ends on its second, and the version says so though nobody wrote (invariant 8)', () => {
    const f = facts({ entries: [entry({ until: at(10) })], storedVersion: 7 });
    expect(standing(f, 9)).toMatchObject({
      status: 'suspended',
      mayUse: false,
      version: 7,
      nextChangeAt: at(10).toISOString(),
    });
    expect(standing(f, 10)).toMatchObject({ status: 'active', mayUse: true, version: 8, nextChangeAt: null });
  });

  it('two restrictions of one feature are one, as long as the longer', () => {
    const restriction = (until: number | null, feature: string) =>
      entry({ kind: 'restriction', code: 'feature_restriction', feature, until: until === null ? null : at(until) });
    const f = facts({ entries: [restriction(5, 'chat'), restriction(9, 'chat'), restriction(null, 'api')] });
    expect(standing(f, 1)).toMatchObject({
      status: 'active',
      mayUse: true,
      restrictedFeatures: [
        { feature: 'api', until: null },
        { feature: 'chat', until: at(9).toISOString() },
      ],
      nextChangeAt: at(9).toISOString(),
    });
  });

  it('an overdue agreement stops use, an open one does not (preamble, 9.1)', () => {
    const pending = entry({
      kind: 'pending',
      code: 'agreement_pending',
      clause: '9.1',
      dueAt: at(10),
      blocksWhenDue: true,
      documentId: 'ua',
    });
    const f = facts({ entries: [pending] });
    expect(standing(f, 9)).toMatchObject({ mayUse: true, pending: [{ code: 'agreement_pending', documentId: 'ua' }] });
    expect(standing(f, 10)).toMatchObject({
      status: 'active',
      mayUse: false,
      blocks: [{ code: 'agreement_pending', since: at(10).toISOString() }],
    });
  });

  it.each([
    ['agreement_pending', '9.1', 'active'],
    ['own_acceptance_pending', '2.1', 'active'],
    ['information_disputed', '2.2', 'active'],
    ['guardian_consent_required', '2.1', 'awaiting_guardian'],
    ['suspension', '7.1', 'suspended'],
  ])('%s (%s) stops use and is told as %s: only who was suspended reads so', (code, clause, status) => {
    expect(standing(facts({ entries: [entry({ code, clause })] }), 1)).toMatchObject({ status, mayUse: false });
  });

  it('of several blocks a suspension is told first, then the guardian; all of them stand in the list', () => {
    const codes = ['agreement_pending', 'guardian_consent_revoked', 'suspension'];
    const all = codes.map((code) => entry({ code }));
    expect(standing(facts({ entries: all }), 1)).toMatchObject({
      status: 'suspended',
      blocks: codes.map((code) => ({ code })),
    });
    expect(standing(facts({ entries: all.slice(0, 2) }), 1).status).toBe('awaiting_guardian');
  });

  it('revoked consent stops use at once and is told as waiting for the guardian (2.1)', () => {
    const f = facts({ entries: [entry({ code: 'guardian_consent_revoked', clause: '2.1' })] });
    expect(standing(f, 1)).toMatchObject({ status: 'awaiting_guardian', mayUse: false });
  });

  it('a minor has limits until the midnight of the eighteenth birthday (2.1)', () => {
    const f = facts({
      birthDate: '2008-01-02',
      entries: [entry({ kind: 'limits', code: 'guardian_limits', details: { minutesPerDay: 30 } })],
    });
    const midnight = '2026-01-01T16:00:00.000Z';
    expect(standing(f, 1)).toMatchObject({
      minor: { band: '14_17', mode: 'minor', minutesPerDay: 30 },
      nextChangeAt: midnight,
    });
    expect(computeStanding(f, POLICY, new Date(midnight))).toMatchObject({ minor: null, version: 2 });
  });

  it('a closed person who leaves is told as leaving, and the closure stays in the list', () => {
    const f = facts({ state: 'deregistering', entries: [entry({ code: 'closure' })] });
    expect(standing(f, 1)).toMatchObject({
      status: 'deregistering',
      blocks: [{ code: 'closure' }, { code: 'deregistration' }],
    });
  });
});

const minutes = fc.integer({ min: -50, max: 200 });
const anyEntry = fc
  .record({
    kind: fc.constantFrom('block', 'restriction', 'pending', 'limits') as fc.Arbitrary<StandingEntry['kind']>,
    code: fc.constantFrom('suspension', 'closure', 'guardian_consent_revoked', 'agreement_pending'),
    feature: fc.constantFrom('chat', 'api', 'upload'),
    since: minutes,
    lasts: fc.option(fc.integer({ min: 0, max: 100 })),
    due: fc.option(minutes),
    blocksWhenDue: fc.boolean(),
  })
  .map((r) =>
    entry({
      kind: r.kind,
      code: r.code,
      feature: r.kind === 'restriction' ? r.feature : '',
      since: at(r.since),
      until: r.lasts === null ? null : at(r.since + r.lasts),
      dueAt: r.due === null ? null : at(r.due),
      blocksWhenDue: r.blocksWhenDue,
    }),
  );
const anyFacts = fc
  .record({
    state: fc.constantFrom(...ACCOUNT_STATES),
    entries: fc.array(anyEntry, { maxLength: 6 }),
    minor: fc.boolean(),
  })
  .map(({ state, entries, minor }) => facts({ state, entries, ...(minor ? { birthDate: '2008-01-01' } : {}) }));

const contentOf = (f: StandingFacts, ms: number): string => {
  const { version: _v, asOf: _a, nextChangeAt: _n, ...content } = computeStanding(f, POLICY, new Date(ms));
  return JSON.stringify(content);
};

describe('for any facts and any time', () => {
  it('nextChangeAt is right: nothing changes before it, something changes at it', () => {
    fc.assert(
      fc.property(anyFacts, minutes, fc.double({ min: 0, max: 1, noNaN: true }), (f, m, part) => {
        const now = at(m).getTime();
        const next = computeStanding(f, POLICY, new Date(now)).nextChangeAt;
        const end = next === null ? now + 1e10 : Date.parse(next);
        expect(contentOf(f, now + Math.floor((end - 1 - now) * part))).toBe(contentOf(f, now));
        if (next !== null) expect(contentOf(f, end)).not.toBe(contentOf(f, end - 1));
      }),
    );
  });

  it('equal version means equal answer, and the version never goes back', () => {
    fc.assert(
      fc.property(anyFacts, fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 8 }), (f, times) => {
        const seen = times
          .sort((a, b) => a - b)
          .map((m) => [standing(f, m).version, contentOf(f, at(m).getTime())] as const);
        for (const [i, [version, content]] of seen.entries()) {
          const [before, told] = seen[i - 1] ?? [version, content];
          expect(version).toBeGreaterThanOrEqual(before);
          if (version === before) expect(content).toBe(told);
        }
      }),
    );
  });

  it('the longest suspension wins: use is barred exactly while any block lasts', () => {
    const suspensions = fc.array(
      anyEntry.map((e) => ({ ...e, kind: 'block' as const, feature: '' })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(suspensions, minutes, (entries, m) => {
        const now = at(m);
        const barred = entries.some((e) => e.since <= now && (e.until === null || e.until > now));
        expect(computeStanding(facts({ entries }), POLICY, now).mayUse).toBe(!barred);
      }),
    );
  });

  it('restrictions unite: a feature is restricted exactly while any sanction restricts it', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 8 }), minutes, (entries, m) => {
        const now = at(m);
        const expected = entries
          .filter((e) => e.kind === 'restriction' && e.since <= now && (e.until === null || e.until > now))
          .map((e) => e.feature);
        const told = computeStanding(facts({ entries }), POLICY, now).restrictedFeatures.map((r) => r.feature);
        expect(told).toEqual([...new Set(expected)].sort());
      }),
    );
  });

  it('only an active account may be used', () => {
    fc.assert(
      fc.property(anyFacts, minutes, (f, m) => {
        if (f.state !== 'active') expect(standing(f, m).mayUse).toBe(false);
      }),
    );
  });

  it('the order of entries means nothing', () => {
    fc.assert(
      fc.property(anyFacts, minutes, (f, m) => {
        const turned = { ...f, entries: [...f.entries].reverse() };
        const { blocks, pending, restrictedFeatures, version } = standing(f, m);
        expect(standing(turned, m)).toMatchObject({ blocks, pending, restrictedFeatures, version });
      }),
    );
  });

  it("the sweep's due time tells no birthday", () => {
    expect(nextEntryChange(facts({ birthDate: '2008-06-01' }), POLICY, at(0))).toBeNull();
  });
});
