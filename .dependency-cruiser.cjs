/** The walls of the house (docs/architecture.md). `npm run boundaries`, and test/architecture runs the same file. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const DOOR = '[.](module|service|events|errors)[.]ts$';
/** Lowest first: a module may call the floors before it, never after. */
const FLOORS = [
  'audit',
  'webhooks',
  'verification',
  'agreements',
  'accounts',
  'reconsent',
  'review',
  'retention',
  'registration',
  'third-party',
  'guardianship',
  'information',
  'recovery',
  'enforcement',
  'deregistration',
];
const floorRules = FLOORS.slice(0, -1).map((floor, index) =>
  rule(
    `floor-${floor}-calls-down-only`,
    'calls go down, events go up',
    { path: `^src/modules/${floor}/`, pathNot: '[.]subscriber[.]ts$' },
    { path: `^src/modules/(${FLOORS.slice(index + 1).join('|')})/` },
  ),
);

module.exports = {
  forbidden: [
    rule('no-circular', 'with ESM and decorators a circle is a crash at start', {}, { circular: true }),
    rule(
      'kernel-is-pure',
      'no Nest, no ORM, no I/O',
      { path: '^src/kernel/', pathNot: '[.]spec[.]ts$' },
      {
        path: ['^src/(?!kernel/)', '^node_modules/(@nestjs|typeorm|pg|bullmq|ioredis)'],
      },
    ),
    rule(
      'domain-is-pure',
      'plain data in, decision out',
      { path: '^src/modules/.+/domain/', pathNot: '[.]spec[.]ts$' },
      {
        path: ['^src/(?!kernel/|modules/.+/domain/)', '^node_modules/(@nestjs|typeorm|pg|bullmq|ioredis)'],
      },
    ),
    rule(
      'domain-stays-home',
      'rules of another module are reached through its door',
      { path: '^src/modules/([^/]+)/.*domain/' },
      {
        path: '^src/modules/([^/]+)/',
        pathNot: '^src/modules/$1/',
      },
    ),
    rule(
      'modules-meet-at-the-door',
      'module, service, events, and the error codes that a caller documents: nothing else',
      { path: '^src/modules/([^/]+)/' },
      {
        path: '^src/modules/',
        pathNot: ['^src/modules/$1/', DOOR],
      },
    ),
    ...floorRules,
    rule(
      'platform-knows-no-feature',
      'plumbing',
      { path: '^src/(platform|kernel)/' },
      { path: '^src/(modules|demo|app[.]module|boot|cli)' },
    ),
    rule(
      'demo-is-loaded-by-boot-only',
      'the demo world cannot slip into production',
      {
        path: '^src/',
        pathNot: ['^src/demo/', '^src/boot[.]ts$', '^src/cli/'],
      },
      { path: '^src/demo/' },
    ),
    rule(
      'orm-only-in-the-store',
      'TypeORM stays in store, entity, module and platform/database',
      {
        path: '^src/',
        pathNot: ['[.](store|entity)[.]ts$', '[.]module[.]ts$', '^src/platform/database/'],
      },
      { path: '^node_modules/(typeorm|@nestjs/typeorm)/' },
    ),
    rule(
      'web-never-reaches-the-store',
      'controllers and processors call services',
      {
        path: '[.](controller|processor|subscriber|page)[.]ts$',
      },
      { path: '[.](store|entity)[.]ts$' },
    ),
    rule('not-to-test', 'the service does not know its tests', { path: '^src/' }, { path: '^test/' }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.]spec[.]ts$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
