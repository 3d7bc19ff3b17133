import { jest } from '@jest/globals';

/**
 * A second try for browsers, and in CI for all that runs on real servers: a busy machine may miss a deadline once. The first
 * failure is printed, and is something to look into.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
