const project = (name, testMatch, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/${testMatch}`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {'\\.ts$': ['@swc/jest', {jsc: {parser: {syntax: 'typescript'}, target: 'es2022'}, module: {type: 'es6'}}]},
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.portwright'],
  ...extra,
});

export default {
  projects: [
    project('unit', 'test/**/*.test.ts', {testPathIgnorePatterns: ['/node_modules/', '/test/integration/']}),
    project('integration', 'test/integration/**/*.test.ts'),
  ],
};
