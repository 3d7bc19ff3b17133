import { jest } from '@jest/globals';

/** A browser on a busy machine may miss a deadline once: its tests get a second try, the first failure is printed. No others do. */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
