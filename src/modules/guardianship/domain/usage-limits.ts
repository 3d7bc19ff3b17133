/** MIN-3: what a guardian may set, and what the platform sets where the guardian is silent. */
export interface UsageLimits {
  readonly minutesPerDay?: number;
  /** `HH:MM`, Asia/Shanghai; `from` after `to` runs over midnight. */
  readonly quietHours?: { readonly from: string; readonly to: string };
}

/**
 * The limits in force: the platform's defaults for the band, which a guardian may tighten and never loosen.
 * Of two quiet times the guardian's stands only where it covers the platform's; otherwise the platform's stays.
 */
export function effectiveLimits(defaults: UsageLimits, chosen: UsageLimits): UsageLimits {
  const minutes = [defaults.minutesPerDay, chosen.minutesPerDay].filter((m): m is number => m !== undefined);
  const quiet =
    chosen.quietHours && (!defaults.quietHours || covers(chosen.quietHours, defaults.quietHours))
      ? chosen.quietHours
      : defaults.quietHours;
  return {
    ...(minutes.length > 0 ? { minutesPerDay: Math.min(...minutes) } : {}),
    ...(quiet ? { quietHours: quiet } : {}),
  };
}

/** The platform's own limits, out of what standing tells of them. */
export const defaultLimits = ({ minutesPerDay, quietHours }: Partial<UsageLimits>): UsageLimits => ({
  ...(minutesPerDay === undefined ? {} : { minutesPerDay }),
  ...(quietHours === undefined ? {} : { quietHours }),
});

type Quiet = NonNullable<UsageLimits['quietHours']>;

const MINUTES_A_DAY = 24 * 60;

/** True when every quiet minute of `inner` is quiet in `outer` too. */
export function covers(outer: Quiet, inner: Quiet): boolean {
  const offset = (minutes(inner.from) - minutes(outer.from) + MINUTES_A_DAY) % MINUTES_A_DAY;
  return offset + lengthOf(inner) <= lengthOf(outer);
}

const lengthOf = (quiet: Quiet): number =>
  (minutes(quiet.to) - minutes(quiet.from) + MINUTES_A_DAY) % MINUTES_A_DAY || MINUTES_A_DAY;

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
