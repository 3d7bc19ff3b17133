import { DomainError } from '../../kernel/domain-error.js';
import { findClass, type RetentionPolicy } from './domain/policy.js';
import { RETENTION_ERRORS } from './retention.errors.js';

/**
 * Names the places and not the words: what somebody took for a class may be a number or a name (invariant 11).
 * @throws DomainError legal_hold_unknown_class
 */
export function assertKnownClasses(policy: RetentionPolicy, names: readonly string[] = []): void {
  const errors = names.flatMap((name, place) =>
    findClass(policy, name) === undefined
      ? [
          {
            path: `/recordClasses/${place}`,
            code: 'unknown_record_class',
            en: 'no class of the retention policy',
            zh: '留存策略中没有此类别',
          },
        ]
      : [],
  );
  if (errors.length > 0) throw new DomainError(RETENTION_ERRORS.legal_hold_unknown_class, { errors });
}
