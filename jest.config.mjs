const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Its ES build imports JSON without an attribute, which Jest warns about on every run.
    '^libphonenumber-js/max$': '<rootDir>/node_modules/libphonenumber-js/max/index.cjs',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { swcrc: true }],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/jest-setup.ts'],
};
const secondTry = [...shared.setupFilesAfterEnv, '<rootDir>/test/support/retry-once.ts'];
const withDatabase = {
  ...shared,
  // Where a landing hangs on one run; at a desk a test that fails now and then is seen at once.
  ...(process.env.CI === 'true' ? { setupFilesAfterEnv: secondTry } : {}),
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

/** unit: no I/O · architecture: the house itself · integration: one module on real stores · e2e: stories over HTTP. */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/console/*.spec.ts'] },
    { ...withDatabase, displayName: 'architecture', testMatch: ['<rootDir>/test/architecture/**/*.spec.ts'] },
    { ...withDatabase, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'] },
    { ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
    {
      ...withDatabase,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
      setupFilesAfterEnv: secondTry,
    },
  ],
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // One more than cores: a third of the time suites wait for leases, pages and processes.
  maxWorkers: 3,
  // Says that a test hangs, not how fast it is: two cores may be shared with much else.
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
};
