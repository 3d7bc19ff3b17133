import type { CallerSpec } from '../../platform/http/operation.js';

/** Who works on tasks. */
export const WORKERS: readonly CallerSpec[] = [
  'staff:moderator',
  'staff:senior_moderator',
  'staff:legal',
  'staff:admin',
];
/** And who only looks. */
export const READERS: readonly CallerSpec[] = [...WORKERS, 'staff:ops', 'staff:auditor'];
export const CLAUSES = ['2.4', '2.5', '7.1'];
