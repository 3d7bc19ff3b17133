import { covers, type HoldScope, scopeKindOf } from './hold.js';
import { reportCsv, reportHash, reportHtml, type RunReport, totalsOf } from './run-report.js';

describe('a legal hold', () => {
  const unit = { accountId: 'a', recordClass: 'invoice', caseIds: ['c1'] };
  const cases: [HoldScope, boolean][] = [
    [{ accountId: 'a' }, true],
    [{ accountId: 'b' }, false],
    [{ accountId: 'a', recordClasses: ['invoice'] }, true],
    [{ accountId: 'a', recordClasses: ['login'] }, false],
    [{ caseId: 'c1' }, true],
    [{ caseId: 'c2' }, false],
    [{ recordClasses: ['invoice', 'login'] }, true],
    [{}, false],
  ];

  it.each(cases)('%j covers the unit: %s', (scope, expected) => {
    expect(covers(scope, unit)).toBe(expected);
  });

  it('R5 stops what it names and nothing else', () => {
    const hold = { accountId: 'a', recordClasses: ['invoice'] };
    expect(covers(hold, { ...unit, recordClass: 'login' })).toBe(false);
    expect(scopeKindOf(hold)).toBe('subject');
    expect(scopeKindOf({ caseId: 'c' })).toBe('case');
    expect(scopeKindOf({ recordClasses: ['x'] })).toBe('record_class');
  });
});

describe('the report of a run', () => {
  const line = {
    recordClass: 'a<b',
    state: 'done',
    due: 3,
    erased: 2,
    held: 1,
    batches: 1,
    oldestOverdueAt: null,
    error: null,
  };
  const failed = { ...line, recordClass: '=cmd', state: 'failed', erased: 0, error: '57014' };
  const classes = [line, failed];
  const report: RunReport = {
    runId: 'r',
    dryRun: false,
    cause: 'person',
    policy: { version: '1', sha256: 'f' },
    asOf: '2026-11-23T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    classes,
    totals: totalsOf(classes),
  };

  it('adds up', () => {
    expect(report.totals).toEqual({ due: 6, erased: 2, held: 2, failedClasses: 1 });
    expect(reportHash(report)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is safe in a spreadsheet and on a page', () => {
    expect(reportCsv(report)).toContain("\r\n'=cmd,failed");
    expect(reportHtml(report, 'h')).toContain('a&lt;b');
    expect(reportHtml(report, 'h')).not.toContain('<script');
  });
});
