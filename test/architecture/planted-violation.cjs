/** Forbids something that src/kernel does, to show that the cruiser sees imports at all. */
module.exports = {
  forbidden: [
    { name: 'planted', severity: 'error', from: { path: 'lifecycle[.]ts$' }, to: { path: 'domain-error[.]ts$' } },
  ],
  options: { tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
