const swc = (tsx) => [
  '@swc/jest',
  {
    jsc: {
      parser: {syntax: 'typescript', tsx},
      target: 'es2022',
      transform: {react: {runtime: 'automatic', importSource: 'preact'}},
    },
    module: {type: 'es6'},
  },
];

const project = (name, testMatch, more) => ({
  displayName: name,
  testMatch: [`<rootDir>/${testMatch}`],
  testEnvironment: '<rootDir>/test/support/handle-environment.ts',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {'\\.ts$': swc(false), '\\.tsx$': swc(true)},
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.portwright'],
  testPathIgnorePatterns: ['/node_modules/'],
  ...more,
});

export default {
  projects: [
    project('unit', 'test/**/*.test.ts?(x)', {testPathIgnorePatterns: ['/node_modules/', '/test/integration/']}),
    project('integration', 'test/integration/**/*.test.ts', {
      globalSetup: '<rootDir>/test/support/workflow-bundle.ts',
      globalTeardown: '<rootDir>/test/support/remove-workflow-bundle.ts',
    }),
  ],
  // Most of a test's time is spent waiting for servers, workers and builds.
  maxWorkers: 3,
  // Real builds and servers on a machine with two cores that others may use too.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/longest-first.js',
  reporters: ['default', '<rootDir>/test/count-reporter.js'],
};
