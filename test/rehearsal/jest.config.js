/** Tests that need Python; `npm test -- rehearsal` runs them. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('../../jest.config.js'),
  rootDir: '../..',
  testMatch: ['<rootDir>/test/rehearsal/*.rehearsal.ts'],
  testTimeout: 300_000,
  // Both files wait more than they work.
  maxWorkers: 2,
};
