const { patternsOf } = require('./ops/systems/only-on');

/** @type {import('jest').Config} */
module.exports = {
  // Most of the time goes into processes of their own; a core kept free would stay idle.
  maxWorkers: '100%',
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/\\.cache/',
    '/cdk\\.out/',
    '/\\.pipeline/',
    ...patternsOf(process.platform),
  ],
  modulePathIgnorePatterns: ['<rootDir>/\\.cache', '<rootDir>/cdk\\.out', '<rootDir>/\\.pipeline'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }],
  },
  testTimeout: 30_000,
  // A folder of its own for temporary files: CDK makes one for each app and removes none.
  globalSetup: '<rootDir>/test/testing/begin-temp-folder.ts',
  globalTeardown: '<rootDir>/test/testing/end-temp-folder.ts',
};
