import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { RETENTION_ERRORS } from '../retention/retention.errors.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';
import { ENFORCEMENT_ERRORS } from './enforcement.errors.js';

/** What a decision on a review task is refused for when somebody else was faster, or is a party to it. */
export const TASKED = [
  HTTP_ERRORS.stale_version,
  LIFECYCLE_ERRORS.wrong_state,
  REVIEW_ERRORS.conflict_of_interest,
  REVIEW_ERRORS.review_task_taken,
];

/** What a measure that bars identifiers is refused for; those of a person who left are read from the retained record. */
export const IMPOSING = [
  ENFORCEMENT_ERRORS.nothing_to_bar,
  RETENTION_ERRORS.retained_reads_limited,
  RETENTION_ERRORS.record_key_destroyed,
  RETENTION_ERRORS.record_keys_unavailable,
];
