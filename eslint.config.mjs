import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const houseRules = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take `now` from the Clock.' },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take `now` from the Clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Use node:crypto; only jitter may be random here, in platform/.',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Configuration comes from a validated section.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: "CallExpression[callee.name='forwardRef']", message: 'A circle between modules is a design fault.' },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'console/dist/',
      'console/node_modules/',
      '.data/',
      'test-output/',
      'coverage/',
      '**/schema.d.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['warn', { max: 350, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...houseRules], 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.spec.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Nest needs the class at run time for injection; a type-only import would erase it.
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  // The edges of the process: the clock itself, the entry points, retry jitter.
  // An id carries the time of the machine, whatever the service's clock is set to.
  {
    files: ['src/kernel/clock.ts', 'src/kernel/ids.ts', 'src/kernel/ids.spec.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/main.ts', 'src/cli.ts', 'src/cli/**/*.ts', 'src/demo/scenarios/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...houseRules.filter((r) => !r.selector.includes('process'))],
      'no-console': 'off',
    },
  },
  {
    files: ['src/platform/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...houseRules.filter((r) => !r.selector.includes('random'))] },
  },
  {
    files: ['test/**/*.ts', '**/*.spec.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': 'off' },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'writable' } } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        globalThis: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        structuredClone: 'readonly',
        document: 'readonly',
        window: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  prettier,
);
