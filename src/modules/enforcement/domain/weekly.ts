import { legalDay, startOfLegalDay } from '../../../kernel/period.js';

/** How often something happened under one clause in one week, named by its Monday. */
export interface WeekCount {
  readonly week: string;
  readonly key: string;
  readonly count: number;
}

const DAY_MS = 86_400_000;

/** The Mondays (legal days) of every week that the span touches, in order; an empty week is a week too. */
export function weeksOf(from: Date, to: Date): string[] {
  const first = new Date(`${legalDay(from)}T00:00:00Z`);
  const sinceMonday = (first.getUTCDay() + 6) % 7;
  const weeks: string[] = [];
  for (let day = first.getTime() - sinceMonday * DAY_MS; ; day += 7 * DAY_MS) {
    const monday = new Date(day).toISOString().slice(0, 10);
    if (startOfLegalDay(monday) >= to) return weeks;
    weeks.push(monday);
  }
}

/** One line a clause: a number for each week of each series, zero where nothing happened. The liveliest first. */
export function trendOf<S extends string>(
  weeks: readonly string[],
  series: Readonly<Record<S, readonly WeekCount[]>>,
): ({ readonly key: string; readonly total: number } & Readonly<Record<S, readonly number[]>>)[] {
  const names = Object.keys(series) as S[];
  const keys = [...new Set(names.flatMap((name) => series[name].map((c) => c.key)))];
  const lines = keys.map((key) => {
    const numbers = names.map((name) => {
      const byWeek = new Map(series[name].filter((c) => c.key === key).map((c) => [c.week, c.count]));
      return [name, weeks.map((week) => byWeek.get(week) ?? 0)] as const;
    });
    const total = numbers.flatMap(([, counts]) => counts).reduce((sum, n) => sum + n, 0);
    return { key, total, ...(Object.fromEntries(numbers) as Record<S, number[]>) };
  });
  return lines.sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
}
