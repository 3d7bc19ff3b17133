import { DomainError } from '../../kernel/domain-error.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import type { ToldConsent } from './deregistration.record.js';
import { type AgreedRecordClass, needsAgreement, toldDigest, toldOf } from './domain/plan.js';
import type { ShownPlan } from './plan-deregistration.service.js';

/**
 * Records exactly what was told and agreed to (YD/T 6221-2024, 10.2: kind of data, why, until when).
 * @throws DomainError told_text_changed: a digest of other words is refused rather than reinterpreted
 */
export function toldConsents(shown: ShownPlan, agreed: readonly AgreedRecordClass[], now: Date): ToldConsent[] {
  return agreed.map(({ recordClass, digest }) => {
    const told = shown.plan.classes.find((c) => needsAgreement(c) && c.recordClass === recordClass);
    if (told === undefined || toldDigest(told) !== digest) {
      throw new DomainError(DEREGISTRATION_ERRORS.told_text_changed, { extra: { recordClass } });
    }
    const foreseen = shown.forecast.find((f) => f.recordClass === recordClass);
    const words = { ...toldOf(told), title: foreseen?.title ?? null, until: foreseen?.until ?? null };
    return { recordClass, digest, told: words, agreedAt: now.toISOString() };
  });
}
