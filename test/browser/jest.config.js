const base = require('../../jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  // One Chromium, one pipeline: what is timed must not wait for another suite.
  maxWorkers: 1,
  testTimeout: 240_000,
};
