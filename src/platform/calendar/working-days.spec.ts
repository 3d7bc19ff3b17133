import 'reflect-metadata';
import { transformFileSync } from '@swc/core';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChineseWorkingDays } from './chinese-working-days.js';
import { addWorkingDays, tightestSpanDays, workingDaysAfter } from './domain/working-days.js';

const SRC = join(import.meta.dirname, '../..');
const FILES = ['kernel/period', 'platform/calendar/domain/working-days', 'platform/calendar/chinese-working-days'];

/** The calendar as plain JavaScript, so that processes in other time zones can run it. */
function compiled(): string {
  const cache = join(SRC, '../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'working-days-'));
  for (const file of FILES) {
    const target = join(dir, `${file}.js`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, transformFileSync(join(SRC, `${file}.ts`), { swcrc: true, sourceMaps: false }).code);
  }
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const calendar = new ChineseWorkingDays();

describe('working days of the PRC', () => {
  // Vectors of the law page (retention-facts 3).
  it.each([
    ['2025-01-20', '2025-02-14'],
    ['2025-09-22', '2025-10-17'],
    ['2026-02-13', '2026-03-12'],
    ['2026-09-30', '2026-10-27'],
  ])('R39 counts 15 working days from %s to %s', (from, to) => {
    expect(addWorkingDays(calendar, from, 15)).toEqual({ day: to, provisional: false });
  });

  it('R39 calls a date beyond the published years provisional', () => {
    const due = addWorkingDays(calendar, '2026-12-28', 15);
    expect(due.provisional).toBe(true);
    expect(due.day > '2027-01-01').toBe(true);
  });

  it('R39 becomes firm and moves when the missing year is published', () => {
    const later = new ChineseWorkingDays();
    const withYear = Object.assign(Object.create(later) as ChineseWorkingDays, {
      covers: (year: number) => year <= 2027,
      isWorkingDay: (day: string) => day !== '2027-01-01' && later.isWorkingDay(day),
    });
    const before = addWorkingDays(calendar, '2026-12-28', 15);
    const after = addWorkingDays(withYear, '2026-12-28', 15);
    expect(after.provisional).toBe(false);
    expect(after.day > before.day).toBe(true);
  });

  it('counts the make-up Saturday 2026-02-14 as the first day after 2026-02-13', () => {
    expect(addWorkingDays(calendar, '2026-02-13', 1).day).toBe('2026-02-14');
  });

  it.each([
    [2025, 248],
    [2026, 248],
  ])('knows %i as a year of %i working days', (year, expected) => {
    let count = 0;
    for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
      if (calendar.isWorkingDay(new Date(at).toISOString().slice(0, 10))) count += 1;
    }
    expect(count).toBe(expected);
  });

  it('R39 takes the calendar day in Shanghai: 23:30 and 00:30 there are different days of one UTC day', () => {
    expect(workingDaysAfter(calendar, new Date('2026-09-29T15:30:00Z'), 1).day).toBe('2026-09-30');
    expect(workingDaysAfter(calendar, new Date('2026-09-29T16:30:00Z'), 1).day).toBe('2026-10-08');
  });

  it('R39 does not depend on the zone of the machine', () => {
    const dir = compiled();
    const script = `
      import 'reflect-metadata';
      import { ChineseWorkingDays } from './platform/calendar/chinese-working-days.js';
      import { addWorkingDays, workingDaysAfter } from './platform/calendar/domain/working-days.js';
      const calendar = new ChineseWorkingDays();
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2026, 11, 1); at += 86400000)
        console.log(addWorkingDays(calendar, new Date(at).toISOString().slice(0, 10), 15).day,
          workingDaysAfter(calendar, new Date(at + 57600000), 3).day);`;
    try {
      const answers = ['Asia/Shanghai', 'America/Los_Angeles', 'Pacific/Kiritimati', 'UTC'].map((TZ) =>
        execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: dir, env: { TZ } }).toString(),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('2026-03-12');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('measures the tightest stretch of the published years', () => {
    const span = tightestSpanDays(calendar, 15);
    expect(span).toBeGreaterThanOrEqual(15);
    expect(span).toBeLessThanOrEqual(19);
  });

  it('refuses what is not a day', () => {
    expect(() => addWorkingDays(calendar, '2026-2-3', 1)).toThrow(RangeError);
    expect(() => addWorkingDays(calendar, '2026-13-45', 1)).toThrow(RangeError);
  });
});
