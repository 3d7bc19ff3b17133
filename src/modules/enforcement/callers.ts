import type { CallerSpec } from '../../platform/http/operation.js';

/** Who works on cases and decides them. */
export const MODERATORS = ['staff:moderator', 'staff:senior_moderator'] as const satisfies readonly CallerSpec[];

/** Who reads what was found and decided. */
export const READERS = [...MODERATORS, 'staff:legal', 'staff:auditor'] as const satisfies readonly CallerSpec[];
