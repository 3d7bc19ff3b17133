/** A measure that holds for a time; open-ended without `until`. */
export interface TimedMeasure {
  readonly from: Date;
  readonly until: Date | null;
  /** Restricted features; empty: the whole use (suspension). */
  readonly features: readonly string[];
}

export interface Restraint {
  readonly suspended: boolean;
  /** The instant at which the last suspension ends; null: none, or open-ended. */
  readonly suspendedUntil: Date | null;
  readonly features: ReadonlyMap<string, Date | null>;
}

/**
 * What several measures come to at an instant: the longest suspension wins, restrictions unite, and on one feature the
 * longest wins. Standing computes the same from its entries; the validation of decisions asks here.
 */
export function restraintAt(measures: readonly TimedMeasure[], now: Date): Restraint {
  const live = measures.filter((m) => m.from <= now && (m.until === null || m.until > now));
  const suspensions = live.filter((m) => m.features.length === 0);
  const features = new Map<string, Date | null>();
  for (const measure of live) {
    for (const feature of measure.features) {
      const known = features.get(feature);
      features.set(feature, features.has(feature) && known !== undefined ? later(known, measure.until) : measure.until);
    }
  }
  return {
    suspended: suspensions.length > 0,
    suspendedUntil: suspensions.length === 0 ? null : suspensions.map((s) => s.until).reduce(later),
    features,
  };
}

/** Null is for ever. */
const later = (a: Date | null, b: Date | null): Date | null => (a === null || b === null ? null : a > b ? a : b);
