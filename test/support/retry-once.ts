import { jest } from '@jest/globals';

/**
 * Suites on real servers, browsers and clocks get one second try, with the first failure printed: a busy machine may miss
 * a deadline once. Rules and properties get none.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
